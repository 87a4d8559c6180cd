package dev.migrator.graph;

import dev.migrator.graph.Reference.Condition;
import dev.migrator.graph.Reference.Strength;
import dev.migrator.model.ObjectRef;

/**
 * One object that travels needs another one that travels.
 *
 * @param from the dependant
 * @param to the object that it needs
 * @param field the field of the dependant that says so
 */
public record Dependency(
    ObjectRef from, ObjectRef to, Strength strength, Condition condition, String field) {}
