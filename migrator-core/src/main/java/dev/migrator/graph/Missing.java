package dev.migrator.graph;

import dev.migrator.model.ObjectRef;

/** A reference to something that does not travel: it may be at the target already, or nowhere. */
public record Missing(ObjectRef from, ObjectRef to, Reference.Strength strength, String field) {}
