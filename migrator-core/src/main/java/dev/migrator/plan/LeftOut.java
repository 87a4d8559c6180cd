package dev.migrator.plan;

import dev.migrator.model.ObjectRef;

/** An object of the source that does not travel, and why: a reason that a reviewer can judge. */
public record LeftOut(ObjectRef ref, String reason) {}
