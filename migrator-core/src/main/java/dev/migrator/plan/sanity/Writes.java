package dev.migrator.plan.sanity;

import dev.migrator.plan.Step;

/** Which steps change which cluster. */
final class Writes {

  private Writes() {}

  static boolean source(Step.OnObject step) {
    return switch (step) {
      case Step.Quiesce q -> true;
      case Step.Drain d -> true;
      case Step.DeleteAtSource d -> true;
      case Step.ProveAbsent p -> false;
      case Step.Copy c -> false;
      case Step.AwaitCurrent a -> false;
      case Step.CreateInert c -> false;
      case Step.Activate a -> false;
      case Step.Create c -> false;
      case Step.HookBefore h -> false;
      case Step.HookAfter h -> false;
    };
  }
}
