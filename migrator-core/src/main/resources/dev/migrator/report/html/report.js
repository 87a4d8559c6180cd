(() => {
  'use strict';
  const $ = (id) => document.getElementById(id);
  const SVG = 'http://www.w3.org/2000/svg';

  // Text only ever becomes text: nothing here reads its input as markup.
  function make(tag, attributes, ...children) {
    const svg = tag === 'svg' || tag === 'path' || tag === 'rect' || tag === 'title';
    const element = svg ? document.createElementNS(SVG, tag) : document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) {
      if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
      else if (value !== undefined && value !== false) element.setAttribute(name, value === true ? '' : value);
    }
    element.append(...children);
    return element;
  }
  const amount = (n) => n.toLocaleString('en-US');
  const many = (n, noun) => amount(n) + ' ' + noun + (n === 1 ? '' : 's');

  function span(ms) {
    if (ms < 1000) return ms + ' ms';
    if (ms < 60000) return Math.floor(ms / 1000) + '.' + Math.floor((ms % 1000) / 100) + ' s';
    const pair = (big, a, small, b) => {
      const rest = Math.floor((ms % big) / small);
      return Math.floor(ms / big) + ' ' + a + (rest ? ' ' + rest + ' ' + b : '');
    };
    if (ms < 3600000) return pair(60000, 'min', 1000, 's');
    return ms < 86400000 ? pair(3600000, 'h', 60000, 'min') : pair(86400000, 'd', 3600000, 'h');
  }

  const data = JSON.parse($('data').textContent);
  $('data').remove();
  const count = data.m.length;
  const WIDE = '(cluster-wide)';
  const place = (n) => data.namespaces[n] || WIDE;
  const short = (k) => { const kind = data.kinds[k]; const dot = kind.indexOf('.'); return dot < 0 ? kind : kind.slice(0, dot); };
  const refText = (of, i) => data.kinds[of.k[i]] + '/' + (data.namespaces[of.n[i]] ? data.namespaces[of.n[i]] + '/' : '') + of.m[i];

  function refCell(of, i) {
    const namespace = data.namespaces[of.n[i]];
    const cell = make('div', { role: 'gridcell', class: 'ref', title: refText(of, i) });
    cell.append(make('em', {}, short(of.k[i]) + '/' + (namespace ? namespace + '/' : '')), of.m[i]);
    return cell;
  }

  // ---- colours ---------------------------------------------------------------------------------------------------
  const THEMES = ['auto', 'light', 'dark'];
  const KEY = 'migrator-report-theme';
  const theme = $('theme');
  let chosen = 'auto';
  try { chosen = localStorage.getItem(KEY) || 'auto'; } catch { /* a browser may refuse storage to files */ }
  function paint() {
    if (chosen === 'auto') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = chosen;
    theme.textContent = chosen[0].toUpperCase() + chosen.slice(1);
    theme.setAttribute('aria-label', 'Colours: ' + (chosen === 'auto' ? 'as the system' : chosen));
  }
  theme.addEventListener('click', () => {
    chosen = THEMES[(THEMES.indexOf(chosen) + 1) % THEMES.length];
    try { localStorage.setItem(KEY, chosen); } catch { /* then it lasts as long as the page */ }
    paint();
  });
  if (!THEMES.includes(chosen)) chosen = 'auto';
  paint();

  // ---- a table that draws only the rows that are seen ------------------------------------------------------------
  const ROW = 38;
  // Browsers cut elements that are taller than some ten million pixels.
  const TALLEST = 6000000;

  function table(box, options) {
    const { rows, columns, filters, text, name, noun, css, open } = options;
    let shown = Array.from({ length: rows }, (_, i) => i);
    let active = -1;
    let sort = { column: -1, down: false };
    const haystack = [];
    let pending = 0;
    const drawn = new Map();

    const search = make('input', { type: 'search', placeholder: 'Filter ' + noun + 's', 'aria-label': 'Filter ' + noun + 's by words', spellcheck: 'false', autocomplete: 'off' });
    const selects = filters.filter((f) => f.values.length > 1).map((f) => {
      const select = make('select', { 'aria-label': f.label, 'data-filter': f.name }, make('option', { value: '' }, f.all));
      for (const [value, label, n] of f.values) select.append(make('option', { value }, label + ' (' + amount(n) + ')'));
      select.addEventListener('change', later);
      return { filter: f, select };
    });
    const clear = make('button', { type: 'button', class: 'quiet', onclick: reset }, 'Clear');
    const status = make('output', { 'aria-live': 'polite' });
    const body = make('div', { role: 'rowgroup', class: 'rows' });
    const headers = columns.map((c, at) => make('div', { role: 'columnheader', 'aria-sort': 'none', class: c.css }, make('button', { type: 'button', onclick: () => sortBy(at) }, c.label)));
    const grid = make('div', { role: 'grid', class: 'grid-box ' + css, tabindex: '0', 'aria-label': name, 'aria-colcount': columns.length, 'aria-describedby': box.id + '-keys' },
      make('div', { role: 'rowgroup', class: 'head' }, make('div', { role: 'row', class: 'row', 'aria-rowindex': '1' }, ...headers)), body);
    box.append(make('div', { class: 'tools', role: 'search', 'aria-label': 'Filter ' + noun + 's' }, search, ...selects.map((s) => s.select), clear, status), grid,
      make('p', { id: box.id + '-keys', hidden: true }, 'Arrow keys, Page Up, Page Down, Home and End move; Enter opens.'));

    search.addEventListener('input', later);
    grid.addEventListener('scroll', () => { if (!pending) pending = requestAnimationFrame(() => { pending = 0; draw(); }); }, { passive: true });
    grid.addEventListener('keydown', key);
    body.addEventListener('click', (event) => {
      const row = event.target.closest('.row');
      if (row) { activate(Number(row.dataset.at)); open && open(shown[active], grid); }
    });
    new ResizeObserver(() => draw()).observe(grid);

    // What the words are looked for in; made in the pauses before anybody types.
    function prepare(until) {
      for (let i = haystack.length; i < until; i++) haystack.push(text(i).toLowerCase());
    }
    const idle = window.requestIdleCallback || ((work) => setTimeout(work, 30));
    (function ahead() {
      prepare(Math.min(rows, haystack.length + 2000));
      if (haystack.length < rows) idle(ahead);
    })();

    let wait = 0;
    function later() {
      clearTimeout(wait);
      wait = setTimeout(filter, 60);
    }

    function filter() {
      clearTimeout(wait);
      const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
      if (words.length) prepare(rows);
      const wanted = [];
      for (const { filter: f, select } of selects) {
        select.classList.toggle('set', select.value !== '');
        if (select.value !== '') wanted.push([f.column, Number(select.value)]);
      }
      const found = [];
      rows: for (let i = 0; i < rows; i++) {
        for (const [column, value] of wanted) if (column[i] !== value) continue rows;
        for (const word of words) if (!haystack[i].includes(word)) continue rows;
        found.push(i);
      }
      shown = found;
      order();
      active = -1;
      grid.scrollTop = 0;
      redraw();
      options.filtered && options.filtered(Object.fromEntries(selects.map((s) => [s.filter.name, s.select.value])));
    }

    function order() {
      if (sort.column < 0) return;
      const { rank } = columns[sort.column];
      const sign = sort.down ? -1 : 1;
      shown.sort((a, b) => {
        const x = rank(a), y = rank(b);
        return (x < y ? -sign : x > y ? sign : 0) || a - b;
      });
    }

    function sortBy(column) {
      const first = columns[column].first === 'down';
      sort = sort.column === column ? (sort.down === first ? { column, down: !first } : { column: -1, down: false }) : { column, down: first };
      headers.forEach((h, at) => h.setAttribute('aria-sort', at !== sort.column ? 'none' : sort.down ? 'descending' : 'ascending'));
      if (sort.column < 0) shown.sort((a, b) => a - b);
      else order();
      active = -1;
      grid.scrollTop = 0;
      redraw();
    }

    function redraw() {
      for (const row of drawn.values()) row.remove();
      drawn.clear();
      status.textContent = shown.length === rows ? many(rows, noun) : amount(shown.length) + ' of ' + many(rows, noun);
      grid.setAttribute('aria-rowcount', String(shown.length + 1));
      draw();
    }

    const view = () => Math.max(1, grid.clientHeight - ROW);
    const height = () => Math.min(shown.length * ROW, TALLEST);
    const scaled = () => shown.length * ROW > TALLEST;
    function firstSeen() {
      if (!scaled()) return Math.floor(grid.scrollTop / ROW);
      return Math.round((grid.scrollTop / (height() - view())) * (shown.length - view() / ROW));
    }

    function draw() {
      body.style.height = height() + 'px';
      const first = Math.max(0, firstSeen());
      const from = Math.max(0, first - 4);
      const to = Math.min(shown.length, first + Math.ceil(view() / ROW) + 5);
      for (const [at, row] of drawn) if (at < from || at >= to) { row.remove(); drawn.delete(at); }
      for (let at = from; at < to; at++) {
        let row = drawn.get(at);
        if (!row) {
          row = make('div', { role: 'row', class: 'row', id: box.id + '-' + at, 'data-at': at, 'aria-rowindex': at + 2 }, ...columns.map((c) => c.cell(shown[at])));
          drawn.set(at, row);
          body.append(row);
        }
        const y = scaled() ? grid.scrollTop + (at - first) * ROW : at * ROW;
        row.style.transform = 'translateY(' + y + 'px)';
        row.classList.toggle('active', at === active);
        row.setAttribute('aria-selected', at === active ? 'true' : 'false');
      }
      let empty = body.querySelector('.empty');
      if (shown.length) empty && empty.parentNode.remove();
      else if (!empty) body.append(make('div', { role: 'row' }, make('div', { role: 'gridcell', class: 'empty' }, 'Nothing matches.')));
    }

    function activate(at) {
      active = Math.max(0, Math.min(shown.length - 1, at));
      if (scaled()) {
        const top = firstSeen();
        const fits = Math.floor(view() / ROW);
        if (active < top || active >= top + fits) {
          grid.scrollTop = (active / Math.max(1, shown.length - view() / ROW)) * (height() - view());
        }
      } else if (active * ROW < grid.scrollTop) {
        grid.scrollTop = active * ROW;
      } else if ((active + 1) * ROW > grid.scrollTop + view()) {
        grid.scrollTop = (active + 1) * ROW - view();
      }
      draw();
      if (drawn.has(active)) grid.setAttribute('aria-activedescendant', box.id + '-' + active);
    }

    function key(event) {
      if (event.target !== grid || !shown.length || event.ctrlKey || event.metaKey || event.altKey) return;
      const page = Math.max(1, Math.floor(view() / ROW) - 1);
      const to = { ArrowDown: active + 1, ArrowUp: active - 1, PageDown: active + page, PageUp: active - page, Home: 0, End: shown.length - 1 }[event.key];
      if (to !== undefined) activate(to);
      else if ((event.key === 'Enter' || event.key === ' ') && active >= 0) open && open(shown[active], grid);
      else return;
      event.preventDefault();
    }

    function reset() {
      search.value = '';
      for (const { select } of selects) select.value = '';
      filter();
    }

    redraw();
    return {
      show(wanted) {
        search.value = '';
        for (const { filter: f, select } of selects) select.value = wanted[f.name] === undefined ? '' : String(wanted[f.name]);
        filter();
      },
      focus() { grid.focus(); },
      box,
    };
  }

  // The values of a column with how often each occurs, by name.
  function values(column, label) {
    const counts = new Map();
    for (const value of column) counts.set(value, (counts.get(value) || 0) + 1);
    return [...counts].map(([value, n]) => [value, label(value), n]).sort((a, b) => (a[1] < b[1] ? -1 : 1));
  }

  // ---- when the steps of one object ran -----------------------------------------------------------------------------
  const HUES = { before: 'waits', after: 'waits', copy: 'c-loss', await: 'waits', quiesce: 'stop', drain: 'stop', delete: 'delete', absent: 'delete', inert: 'create', activate: 'create', create: 'create', precopy: 'waits', capture: 'waits', fill: 'create', tidy: 'delete' };
  function at(ms) {
    const s = data.scale;
    for (let i = 2; i < s.length; i += 2) {
      if (ms <= s[i]) {
        const length = s[i] - s[i - 2];
        return length <= 0 ? s[i + 1] : s[i - 1] + ((ms - s[i - 2]) / length) * (s[i + 1] - s[i - 1]);
      }
    }
    return 1000;
  }
  function whenCell(i) {
    const svg = make('svg', { class: 'when', viewBox: '0 0 1000 14', preserveAspectRatio: 'none', 'aria-hidden': 'true' }, make('rect', { class: 'base', y: 5, width: 1000, height: 4 }));
    const x = data.x[i];
    let first = -1, last = -1;
    for (let s = 0; s < x.length; s += 5) {
      const from = x[s + 2] < 0 ? x[s + 3] : x[s + 2];
      if (from < 0) continue;
      const to = x[s + 3] < 0 ? from : x[s + 3];
      first = first < 0 ? from : Math.min(first, from);
      last = Math.max(last, to);
      const left = at(from);
      svg.append(make('rect', { class: HUES[data.verbs[x[s]]] || '', x: Math.min(left, 985), y: 2, width: Math.max(15, at(to) - left), height: 10 }));
    }
    const cell = make('div', { role: 'gridcell', 'aria-label': first < 0 ? 'not run' : 'from ' + span(first) + ' to ' + span(last) });
    if (first >= 0) cell.title = '+' + span(first) + ' to +' + span(last);
    cell.append(svg);
    return cell;
  }
  const began = (i) => { const x = data.x[i]; for (let s = 0; s < x.length; s += 5) { const t = x[s + 2] < 0 ? x[s + 3] : x[s + 2]; if (t >= 0) return t; } return Infinity; };

  // ---- one object ------------------------------------------------------------------------------------------------------
  const detail = $('detail');
  let before = null;
  let dependants = null;
  function neededBy(i) {
    if (!dependants) {
      dependants = Array.from({ length: count }, () => []);
      data.d.forEach((needs, from) => needs.forEach((to) => dependants[to].push(from)));
    }
    return dependants[i];
  }
  const MOST = 40;
  function links(title, list) {
    if (!list.length) return [];
    const items = list.slice(0, MOST).map((i) => make('li', {}, make('button', { type: 'button', class: 'link', onclick: () => openObject(i) }, refText(data, i))));
    if (list.length > MOST) items.push(make('li', {}, 'and ' + amount(list.length - MOST) + ' more'));
    return [make('h3', {}, title + ' (' + amount(list.length) + ')'), make('ul', {}, ...items)];
  }
  // The differences stay one text: only the one that is asked for is read.
  const diffs = $('diffs').textContent;
  const anyDiffs = diffs.trim() !== '';
  $('diffs').remove();
  function diffLines(i) {
    const mark = '\n' + i + ' ';
    const from = diffs.indexOf(mark);
    return from < 0 ? null : JSON.parse(diffs.slice(from + mark.length, diffs.indexOf('\n', from + 1)));
  }
  const LINE = { '+': 'added', '-': 'removed', '@': 'hunk' };
  function diff(i) {
    if (!anyDiffs) return [];
    const box = make('div', { class: 'diff-box' });
    const details = make('details', { class: 'diff', ontoggle: () => { if (!box.hasChildNodes()) fill(); } }, make('summary', {}, 'What changes on the way'), box);
    function fill() {
      const lines = diffLines(i);
      if (!lines) {
        box.append(make('p', { class: 'hint' }, 'Not in this page. It is shown by  migrator show PLAN --diff ' + refText(data, i)));
        return;
      }
      const pre = make('pre', { tabindex: '0', role: 'region', 'aria-label': 'Difference between source and target' });
      for (const line of lines) {
        const css = line.startsWith('--- ') || line.startsWith('+++ ') ? 'file' : LINE[line[0]] || '';
        pre.append(make('span', { class: css }, line + '\n'));
      }
      box.append(pre);
    }
    return [details];
  }
  function openObject(i, from) {
    if (from) before = from;
    const row = (term, ...values) => [make('dt', {}, term), make('dd', {}, ...values)];
    const facts = [
      ...row('State', make('span', { class: 'tag s' + data.s[i] }, data.states[data.s[i]])),
      ...row('Class', make('span', { class: 'tag c-' + data.classes[data.c[i]] }, data.classes[data.c[i]])),
      ...row('Rule', data.rules[data.r[i]]),
      ...row('What', data.actions[data.a[i]]),
    ];
    if (data.target[i]) facts.push(...row('At target', data.target[i]));
    if (data.p[i] >= 0) facts.push(...row('Pause', span(data.p[i])));
    const steps = [];
    const x = data.x[i];
    for (let s = 0; s < x.length; s += 5) {
      const [verb, state, from_, to, said] = x.slice(s, s + 5);
      const took = from_ >= 0 && to >= 0 ? span(to - from_) : '';
      const item = make('li', {}, make('span', { class: 'mono' }, data.verbs[verb]), make('span', { class: 'tag s' + state }, data.states[state]), make('span', {}, took));
      if (data.said[said]) item.append(make('small', {}, data.said[said]));
      steps.push(item);
    }
    const notes = data.notes[i] || [];
    detail.replaceChildren(
      make('button', { type: 'button', class: 'quiet close', onclick: close }, 'Close'),
      make('h2', { id: 'detail-title' }, data.m[i]),
      make('p', { class: 'hint' }, data.kinds[data.k[i]] + ' in ' + place(data.n[i])),
      make('dl', {}, ...facts),
      ...(notes.length ? [make('h3', {}, 'Notes'), make('ul', { class: 'plain' }, ...notes.map((n) => make('li', {}, n)))] : []),
      make('h3', {}, 'Steps'), make('ul', { class: 'steps' }, ...steps),
      ...diff(i),
      ...links('Needs', data.d[i]),
      ...links('Needed by', neededBy(i)),
    );
    detail.hidden = false;
    detail.scrollTop = 0;
    detail.focus();
  }
  function close() {
    detail.hidden = true;
    if (before) before.focus({ preventScroll: true });
  }
  document.addEventListener('keydown', (event) => { if (event.key === 'Escape' && !detail.hidden) close(); });

  // ---- the objects ------------------------------------------------------------------------------------------------------
  const tag = (css, text) => make('div', { role: 'gridcell' }, make('span', { class: 'tag ' + css }, text));
  const plain = (text, css) => make('div', { role: 'gridcell', class: css, title: text }, text);
  const columns = [
    { label: 'Object', rank: (i) => refText(data, i), cell: (i) => refCell(data, i) },
    { label: 'Class', rank: (i) => data.c[i], cell: (i) => tag('c-' + data.classes[data.c[i]], data.classes[data.c[i]]) },
    { label: 'What', rank: (i) => data.a[i], cell: (i) => plain(data.actions[data.a[i]]) },
    { label: 'State', rank: (i) => data.s[i], first: 'down', cell: (i) => tag('s' + data.s[i], data.states[data.s[i]]) },
  ];
  if (data.run) {
    columns.push(
      { label: 'When', rank: began, cell: whenCell },
      { label: 'Pause', css: 'num', first: 'down', rank: (i) => data.p[i], cell: (i) => plain(data.p[i] < 0 ? '' : span(data.p[i]), 'num') });
  } else {
    columns.push({ label: 'Rule', rank: (i) => data.rules[data.r[i]], cell: (i) => plain(data.rules[data.r[i]]) });
  }
  const objects = table($('objects-table'), {
    rows: count, columns, name: 'Objects', noun: 'object', css: 'objects-grid' + (data.run ? ' timed' : ''),
    text: (i) => refText(data, i) + ' ' + data.rules[data.r[i]] + ' ' + data.classes[data.c[i]] + ' ' + data.actions[data.a[i]] + ' ' + data.states[data.s[i]] + (data.notes[i] ? ' ' + data.notes[i].join(' ') : ''),
    filters: [
      { name: 'n', label: 'Namespace', all: 'all namespaces', column: data.n, values: values(data.n, place) },
      { name: 'k', label: 'Kind', all: 'all kinds', column: data.k, values: values(data.k, (k) => data.kinds[k]) },
      { name: 'c', label: 'Class', all: 'all classes', column: data.c, values: values(data.c, (c) => data.classes[c]) },
      { name: 'a', label: 'What is done', all: 'all ways', column: data.a, values: values(data.a, (a) => data.actions[a]) },
      { name: 's', label: 'State', all: 'all states', column: data.s, values: values(data.s, (s) => data.states[s]) },
    ],
    open: openObject,
  });

  // ---- what is left out ---------------------------------------------------------------------------------------------------
  const leftBox = $('left-table');
  if (leftBox) {
    const left = data.left;
    const buttons = [];
    const table_ = table(leftBox, {
      rows: left.m.length, name: 'Objects that are left out', noun: 'left-out object', css: 'left-grid',
      columns: [
        { label: 'Object', rank: (i) => refText(left, i), cell: (i) => refCell(left, i) },
        { label: 'Reason', rank: (i) => data.reasons[left.r[i]], cell: (i) => plain(data.reasons[left.r[i]]) },
      ],
      text: (i) => refText(left, i) + ' ' + data.reasons[left.r[i]],
      filters: [
        { name: 'r', label: 'Reason', all: 'all reasons', column: left.r, values: values(left.r, (r) => data.reasons[r]) },
        { name: 'n', label: 'Namespace', all: 'all namespaces', column: left.n, values: values(left.n, place) },
        { name: 'k', label: 'Kind', all: 'all kinds', column: left.k, values: values(left.k, (k) => data.kinds[k]) },
      ],
      filtered: (wanted) => buttons.forEach(([button, r]) => button.setAttribute('aria-pressed', String(wanted.r === String(r)))),
    });
    for (const item of $('reasons').children) {
      const r = data.reasons.indexOf(item.lastElementChild.textContent);
      const button = make('button', { type: 'button', 'aria-pressed': 'false', onclick: () => table_.show(button.getAttribute('aria-pressed') === 'true' ? {} : { r }) }, ...item.children);
      if (r >= 0) { item.append(button); buttons.push([button, r]); }
    }
  }

  // ---- the map --------------------------------------------------------------------------------------------------------------
  const NODE = { width: 196, height: 58, gapX: 84, gapY: 16, pad: 26 };
  const MOST_NODES = 60;
  const TALL = 8;
  const graph = $('graph');
  const namespaceKind = data.kinds.indexOf('Namespace');

  // Groups the objects into nodes, and what they need into edges. A key that begins with ? is a neighbour: only shown with its edges to others.
  function gather(keyOf) {
    const nodes = new Map();
    const edges = new Map();
    const keys = new Array(count);
    for (let i = 0; i < count; i++) {
      const key = (keys[i] = keyOf(i));
      if (key === null) continue;
      let node = nodes.get(key);
      if (!node) nodes.set(key, (node = { key, size: 0, classes: data.classes.map(() => 0), failed: 0, any: i, needs: new Map(), neededBy: new Map() }));
      node.size++;
      node.classes[data.c[i]]++;
      if (data.s[i] === 4) node.failed++;
    }
    for (let i = 0; i < count; i++) {
      if (keys[i] === null) continue;
      for (const j of data.d[i]) {
        const from = keys[i], to = keys[j];
        // That everything needs its Namespace goes without saying.
        if (to === null || from === to || data.k[j] === namespaceKind || (from[0] === '?' && to[0] === '?')) continue;
        const id = from + '\n' + to;
        edges.set(id, (edges.get(id) || 0) + 1);
      }
    }
    for (const [id, n] of edges) {
      const [from, to] = id.split('\n');
      nodes.get(from).needs.set(to, n);
      nodes.get(to).neededBy.set(from, n);
    }
    for (const [key, node] of nodes) if (key[0] === '?' && !node.needs.size && !node.neededBy.size) nodes.delete(key);
    return nodes;
  }

  // What is needed stands left of what needs it; circles are cut where they close.
  function layout(nodes) {
    const rank = new Map();
    const open = new Set();
    const visit = (key) => {
      if (rank.has(key)) return rank.get(key);
      if (open.has(key)) return -1;
      open.add(key);
      let r = 0;
      for (const to of nodes.get(key).needs.keys()) if (nodes.has(to)) r = Math.max(r, visit(to) + 1);
      open.delete(key);
      rank.set(key, r);
      return r;
    };
    [...nodes.keys()].sort().forEach(visit);
    const lonely = [];
    const ranks = [];
    for (const key of [...nodes.keys()].sort()) {
      const node = nodes.get(key);
      const linked = [...node.needs.keys(), ...node.neededBy.keys()].some((k) => nodes.has(k));
      if (!linked) lonely.push(key);
      else (ranks[rank.get(key)] ||= []).push(key);
    }
    const layers = ranks.filter(Boolean);
    const order = new Map();
    const place_ = () => layers.forEach((layer) => layer.forEach((key, at_) => order.set(key, at_ - layer.length / 2)));
    place_();
    for (let sweep = 0; sweep < 4; sweep++) {
      for (const layer of layers) {
        const mean = new Map(layer.map((key) => {
          const near = [...nodes.get(key).needs.keys(), ...nodes.get(key).neededBy.keys()].filter((k) => order.has(k));
          return [key, near.length ? near.reduce((sum, k) => sum + order.get(k), 0) / near.length : 0];
        }));
        layer.sort((a, b) => mean.get(a) - mean.get(b) || (a < b ? -1 : 1));
        place_();
      }
    }
    const at_ = new Map();
    // A layer that would be too tall stands in several columns.
    const blocks = layers.map((layer) => ({ layer, tall: Math.min(layer.length, TALL) }));
    const inner = Math.max(0, ...blocks.map((b) => b.tall)) * (NODE.height + NODE.gapY);
    let x = NODE.pad;
    for (const { layer, tall } of blocks) {
      const top = NODE.pad + (inner - tall * (NODE.height + NODE.gapY)) / 2;
      layer.forEach((key, i) => at_.set(key, { x: x + Math.floor(i / tall) * (NODE.width + NODE.gapY), y: top + (i % tall) * (NODE.height + NODE.gapY) }));
      x += Math.ceil(layer.length / tall) * (NODE.width + NODE.gapY) - NODE.gapY + NODE.gapX;
    }
    let width = layers.length ? x - NODE.gapX + NODE.pad : 0;
    let height = layers.length ? NODE.pad + inner : NODE.pad;
    const wide = Math.max(1, Math.floor((Math.max(width, graph.clientWidth - 20) - NODE.pad * 2 + NODE.gapY) / (NODE.width + NODE.gapY)));
    lonely.sort((a, b) => nodes.get(b).size - nodes.get(a).size || (a < b ? -1 : 1));
    lonely.forEach((key, i) => {
      const spot = { x: NODE.pad + (i % wide) * (NODE.width + NODE.gapY), y: height + 6 + Math.floor(i / wide) * (NODE.height + NODE.gapY) };
      at_.set(key, spot);
      width = Math.max(width, spot.x + NODE.width + NODE.pad);
    });
    if (lonely.length) height += 6 + Math.ceil(lonely.length / wide) * (NODE.height + NODE.gapY);
    return { at: at_, width, height: height + NODE.pad };
  }

  function bar(node) {
    const svg = make('svg', { viewBox: '0 0 100 6', preserveAspectRatio: 'none', 'aria-hidden': 'true' });
    let x = 0;
    node.classes.forEach((n, c) => {
      const width = (n / node.size) * 100;
      if (n) svg.append(make('rect', { class: 'c-' + data.classes[c], x, width, height: 6 }));
      x += width;
    });
    return svg;
  }

  function view(where) {
    const inside = where.n !== undefined;
    const one = where.k !== undefined;
    const near = new Set();
    if (inside) {
      for (let i = 0; i < count; i++) {
        const within = data.n[i] === where.n && (!one || data.k[i] === where.k);
        for (const j of data.d[i]) {
          const there = data.n[j] === where.n && (!one || data.k[j] === where.k);
          if (within && !there) near.add(j);
          if (there && !within) near.add(i);
        }
      }
    }
    const outside = (i) => (near.has(i) ? (one ? '?k' + data.n[i] + ':' + data.k[i] : '?n' + data.n[i]) : null);
    return gather((i) => {
      if (!inside) return 'n' + data.n[i];
      if (data.n[i] !== where.n) return outside(i);
      if (!one) return 'k' + data.n[i] + ':' + data.k[i];
      return data.k[i] === where.k ? 'o' + i : outside(i);
    });
  }

  function label(key, node) {
    const i = node.any;
    const kind = key.replace('?', '')[0];
    if (kind === 'n') return place(data.n[i]);
    if (kind === 'k') return short(data.k[i]);
    return data.m[i];
  }

  function go(where, focus) {
    let nodes = view(where);
    const all = nodes.size;
    const one = where.k !== undefined;
    if (all > MOST_NODES) {
      const kept = [...nodes.values()].sort((a, b) => b.failed - a.failed || b.needs.size + b.neededBy.size - a.needs.size - a.neededBy.size || b.size - a.size).slice(0, MOST_NODES);
      nodes = new Map(kept.map((n) => [n.key, n]));
    }
    const { at: spots, width, height } = layout(nodes);
    const svg = make('svg', { width, height, 'aria-hidden': 'true' });
    const room = make('div', { class: 'room' }, svg);
    room.style.width = width + 'px';
    room.style.height = height + 'px';
    const lines = [];
    for (const [key, node] of nodes) {
      for (const [to, n] of node.needs) {
        if (!spots.has(to)) continue;
        const a = spots.get(to), b = spots.get(key);
        const x1 = a.x + NODE.width, y1 = a.y + NODE.height / 2, x2 = b.x, y2 = b.y + NODE.height / 2;
        const bend = Math.max(30, Math.abs(x2 - x1) / 2);
        const path = make('path', { d: 'M' + x1 + ' ' + y1 + 'C' + (x1 + bend) + ' ' + y1 + ' ' + (x2 - bend) + ' ' + y2 + ' ' + x2 + ' ' + y2 });
        path.style.strokeWidth = String(Math.min(5, 1.2 + Math.log10(n) * 1.1));
        svg.append(path);
        lines.push({ path, from: key, to });
      }
    }
    const buttons = new Map();
    for (const [key, node] of nodes) {
      const text = label(key, node);
      const list = (map) => [...map].slice(0, 6).map(([k, n]) => (nodes.has(k) ? label(k, nodes.get(k)) : 'another') + ' (' + n + ')').join(', ');
      const says = text + ': ' + many(node.size, 'object') + (node.failed ? ', ' + node.failed + ' failed' : '') + (node.needs.size ? '. Needs ' + list(node.needs) : '') + (node.neededBy.size ? '. Needed by ' + list(node.neededBy) : '');
      const within = key[0] === '?' ? place(data.n[node.any]) : many(node.size, 'object');
      const button = make('button', { type: 'button', class: 'node' + (key[0] === '?' ? ' ghost' : '') + (node.failed ? ' failed' : ''), 'aria-label': says, title: says, 'data-key': key },
        make('b', {}, text), make('i', {}, key[0] === 'o' ? data.states[data.s[node.any]] : key[0] === '?' && key[1] === 'k' ? within : amount(node.size)), bar(node));
      const spot = spots.get(key);
      button.style.left = spot.x + 'px';
      button.style.top = spot.y + 'px';
      button.addEventListener('click', () => enter(key, node));
      for (const on of ['mouseenter', 'focus']) button.addEventListener(on, () => light(key));
      for (const off of ['mouseleave', 'blur']) button.addEventListener(off, () => light(null));
      buttons.set(key, button);
      room.append(button);
    }
    function light(key) {
      graph.classList.toggle('some', key !== null && lines.some((l) => l.from === key || l.to === key));
      for (const { path, from, to } of lines) path.classList.toggle('lit', from === key || to === key);
      for (const [k, button] of buttons) button.classList.toggle('lit', k === key || lines.some((l) => (l.from === key && l.to === k) || (l.to === key && l.from === k)));
    }
    graph.classList.remove('some');
    graph.replaceChildren(room);
    graph.scrollTo(0, 0);
    crumbs(where, focus);
    $('graph-note').textContent = (all > nodes.size ? 'The ' + nodes.size + ' with most ties are drawn, of ' + amount(all) + '. The table has all. ' : '')
      + (nodes.size ? 'What is needed stands on the left. Colours: ' + (one ? 'class of the object.' : 'share of each class.') : 'There is nothing to draw.');
  }

  function enter(key, node) {
    const kind = key.replace('?', '')[0];
    if (kind === 'o') openObject(node.any, document.activeElement);
    else if (kind === 'n') go({ n: data.n[node.any] }, true);
    else go({ n: data.n[node.any], k: data.k[node.any] }, true);
  }

  function crumbs(where, focus) {
    const parts = [['All namespaces', {}]];
    if (where.n !== undefined) parts.push([place(where.n), { n: where.n }]);
    if (where.k !== undefined) parts.push([short(where.k), where]);
    const bar_ = $('crumbs');
    bar_.replaceChildren();
    parts.forEach(([text, to], i) => {
      const last = i === parts.length - 1;
      if (i) bar_.append(make('span', { 'aria-hidden': 'true' }, '›'));
      const button = make('button', { type: 'button', class: 'quiet', 'aria-current': last ? 'location' : undefined, onclick: () => { if (!last) go(to, true); } }, text);
      bar_.append(button);
      if (last && focus) button.focus({ preventScroll: true });
    });
    if (where.n !== undefined) {
      bar_.append(make('button', { type: 'button', class: 'quiet to-table', onclick: () => { objects.show(where); $('objects').scrollIntoView(); objects.focus(); } }, 'Show in the table'));
    }
  }
  go({}, false);
})();
