package dev.migrator.execute;

import dev.migrator.cluster.Deletion;
import dev.migrator.event.RefText;
import dev.migrator.execute.ClaimTransfer.Look;
import dev.migrator.execute.ClaimTransfer.Refused;
import dev.migrator.model.Manifest;
import dev.migrator.mover.Side;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What a pass finds of an attempt before: Jobs that failed, or that copied what is older. A Job
 * that has ended does not go on.
 *
 * <p>Crash: each deletion is announced, by uid and resourceVersion. It looks first, so it can be
 * begun again.
 *
 * <p>Source: docs/adr/0053
 */
record EarlierAttempt(MoverPass pass) {

  /**
   * Deletes the Jobs of these sides where one of them failed, or is not noted as those of this pass
   * are.
   */
  void remove(List<Side> sides) throws Refused {
    boolean isLeft = false;
    for (Side side : sides) {
      Optional<Manifest> found = pass.job(side);
      isLeft |= found.isPresent() && (isOfAnother(found.get()) || isBroken(side, found.get()));
    }
    if (isLeft) {
      for (Side side : sides) {
        remove(side);
      }
    }
  }

  /** Deletes the Jobs of these sides, whatever they said: what they copied is not the same. */
  void discard(List<Side> sides) throws Refused {
    for (Side side : sides) {
      remove(side);
    }
  }

  private boolean isOfAnother(Manifest job) {
    // Safeguard: older-pass-taken
    return !job.annotations().keySet().containsAll(pass.noted().keySet());
  }

  private boolean isBroken(Side side, Manifest job) {
    return pass.state(side, job) instanceof CopyJob.Broken;
  }

  private void remove(Side side) throws Refused {
    Manifest job = pass.job(side, Optional.empty());
    Boolean unused =
        pass.transfer()
            .await(
                pass.step(),
                pass.log(),
                Optional.of(patience()),
                () -> {
                  Optional<Manifest> live = pass.job(side);
                  if (live.isEmpty()) {
                    return Look.seen(true);
                  }
                  if (!live.get().isBeingDeleted()) {
                    delete(side, job, live.get());
                  }
                  return Look.notYet(RefText.of(job.ref()) + " of an attempt before is not gone");
                });
  }

  private void delete(Side side, Manifest job, Manifest live) {
    pass.run().intend(pass.step(), live.uid(), live.resourceVersion(), Optional.empty());
    ClusterSide there = pass.place(side).side();
    Optional<Manifest> unused =
        there
            .cluster()
            .delete(
                there.requireType("Job", job.apiVersion()),
                job.ref(),
                Deletion.background(live.uid(), live.resourceVersion()));
  }

  private Duration patience() {
    return pass.run().plan().settings().limits().readyTimeout();
  }
}
