package dev.migrator.mutation;

import com.sun.source.tree.AssignmentTree;
import com.sun.source.tree.BinaryTree;
import com.sun.source.tree.ConditionalExpressionTree;
import com.sun.source.tree.ExpressionStatementTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.IfTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.ParenthesizedTree;
import com.sun.source.tree.ReturnTree;
import com.sun.source.tree.StatementTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What is done to the statement or expression after a mark. */
sealed interface Edit {

  /** The statement goes. */
  record Remove() implements Edit {}

  /**
   * The first condition, of an {@code if} or of {@code ? :}, is replaced; {@code {condition}}
   * stands for what it was.
   */
  record Condition(String java) implements Edit {}

  /** What is returned, assigned or computed is replaced; {@code {value}} stands for what it was. */
  record Value(String java) implements Edit {}

  /** An argument of the first call is replaced; the first one is 1. */
  record Argument(int number, String java) implements Edit {}

  /** An operand of the first chain of {@code &&} or {@code ||} goes; the first one is 1. */
  record DropOperand(int number) implements Edit {}

  /** The last call of a chain goes; what it was called on stays. */
  record DropCall() implements Edit {}

  /** Another method is called with the same arguments. */
  record Method(String name) implements Edit {}

  Pattern TEXT =
      Pattern.compile("(remove|condition|value|argument|drop operand|drop call|method) ?(.*)");

  /** Reads one, such as {@code argument 2 ""}. */
  static Edit parse(String text) {
    Matcher matcher = TEXT.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("no edit: " + text);
    }
    String rest = matcher.group(2);
    return switch (matcher.group(1)) {
      case "remove" -> new Remove();
      case "condition" -> new Condition(rest);
      case "value" -> new Value(rest);
      case "argument" -> {
        String[] parts = rest.split(" ", 2);
        yield new Argument(Integer.parseInt(parts[0]), parts[1]);
      }
      case "drop operand" -> new DropOperand(Integer.parseInt(rest));
      case "drop call" -> new DropCall();
      case "method" -> new Method(rest);
      default -> throw new IllegalArgumentException("no edit: " + text);
    };
  }

  /**
   * Where the source changes, and into what.
   *
   * <p>Errors: {@link IllegalArgumentException} when the marked code has no such part.
   */
  default Replacement in(MarkedCode code) {
    return switch (this) {
      case Remove remove -> code.replace(code.as(code.marked(), StatementTree.class), "");
      case Condition edit -> code.replace(condition(code), "{condition}", edit.java());
      case Value edit -> code.replace(value(code.marked()), "{value}", edit.java());
      case Argument edit ->
          code.replace(call(code).getArguments().get(edit.number() - 1), edit.java());
      case DropOperand edit -> {
        BinaryTree chain = code.first(BinaryTree.class);
        List<String> kept = new ArrayList<>();
        flatten(chain, chain.getKind(), operand -> kept.add(code.text(operand)));
        kept.remove(edit.number() - 1);
        String operator = chain.getKind() == Tree.Kind.CONDITIONAL_AND ? " && " : " || ";
        yield code.replace(chain, String.join(operator, kept));
      }
      case DropCall edit -> code.replace(call(code), code.text(select(code).getExpression()));
      case Method edit ->
          code.replace(select(code), code.text(select(code).getExpression()) + "." + edit.name());
    };
  }

  private static Tree condition(MarkedCode code) {
    return switch (code.first(IfTree.class, ConditionalExpressionTree.class)) {
      case IfTree branch -> ((ParenthesizedTree) branch.getCondition()).getExpression();
      case ConditionalExpressionTree choice -> choice.getCondition();
      default -> throw new IllegalStateException();
    };
  }

  private static Tree value(Tree marked) {
    return switch (marked) {
      case ReturnTree statement -> statement.getExpression();
      case VariableTree variable -> variable.getInitializer();
      case ExpressionStatementTree statement -> value(statement.getExpression());
      case AssignmentTree assignment -> assignment.getExpression();
      case ExpressionTree expression -> expression;
      default -> throw new IllegalArgumentException("has no value: " + marked);
    };
  }

  private static MethodInvocationTree call(MarkedCode code) {
    return code.first(MethodInvocationTree.class);
  }

  private static MemberSelectTree select(MarkedCode code) {
    return code.as(call(code).getMethodSelect(), MemberSelectTree.class);
  }

  private static void flatten(ExpressionTree tree, Tree.Kind kind, Consumer<ExpressionTree> into) {
    if (tree instanceof BinaryTree binary && binary.getKind() == kind) {
      flatten(binary.getLeftOperand(), kind, into);
      flatten(binary.getRightOperand(), kind, into);
    } else {
      into.accept(tree);
    }
  }
}
