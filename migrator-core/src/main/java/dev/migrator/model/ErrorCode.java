package dev.migrator.model;

/**
 * Every error that a user can meet: a stable code whose category fixes the exit code. Each has a
 * page in {@code docs/errors/}.
 *
 * <p>Shape: codes are unique and never reused. 10xx input and usage, 11xx the plan is blocked, 12xx
 * stale, 13xx locked, 14xx unreachable or not authorised, 15xx not consented to, 21xx a step
 * failed, 22xx a decision is needed, 23xx verification, 24xx rollback, 90xx internal.
 */
public enum ErrorCode {
  M1001(Category.USAGE, "a command-line option is wrong or missing"),
  M1002(Category.USAGE, "the migration file is not valid"),
  M1003(Category.USAGE, "the plan file is broken"),
  M1004(Category.USAGE, "the kubeconfig cannot be used"),
  M1005(Category.USAGE, "the kubeconfig has no such context"),
  M1006(Category.USAGE, "no such run"),
  M1007(Category.USAGE, "something that the program needs is not there"),
  M1008(Category.USAGE, "the key to the vault is missing or not valid"),
  M1009(Category.USAGE, "the folder of the run cannot be written"),
  M1101(Category.BLOCKED, "a protection label has an unknown value"),
  M1102(Category.BLOCKED, "an object's protection is undecided"),
  M1103(Category.BLOCKED, "source and target are the same cluster"),
  M1104(Category.BLOCKED, "an API could not be read"),
  M1105(Category.BLOCKED, "the target already has a different object of that name"),
  M1106(Category.BLOCKED, "the target does not serve this kind"),
  M1107(Category.BLOCKED, "the plan is blocked"),
  M1108(Category.BLOCKED, "an object asks for both protections"),
  M1109(Category.BLOCKED, "a list of the source is incomplete"),
  M1110(Category.BLOCKED, "the way back begins with another command"),
  M1111(Category.BLOCKED, "how the data of a claim travels is undecided"),
  M1112(Category.BLOCKED, "a mover is not there or cannot be used"),
  M1201(Category.STALE, "the plan was made for another cluster"),
  M1202(Category.STALE, "objects changed since the plan was made"),
  M1301(Category.LOCKED, "another run holds the lock"),
  M1401(Category.UNREACHABLE, "the API server cannot be reached"),
  M1402(Category.UNREACHABLE, "the credentials are not accepted"),
  M1403(Category.UNREACHABLE, "a permission is missing"),
  M1501(Category.CONSENT, "volumes that start empty were not accepted"),
  M2101(Category.FAILED, "a create was refused"),
  M2102(Category.FAILED, "a patch was refused"),
  M2103(Category.FAILED, "a delete was refused"),
  M2104(Category.FAILED, "running work did not end in time"),
  M2105(Category.FAILED, "the journal cannot be written"),
  M2106(Category.FAILED, "the vault cannot be written"),
  M2107(Category.FAILED, "an object did not become ready in time"),
  M2108(Category.FAILED, "the outcome of a write is unknown"),
  M2109(Category.FAILED, "the lock was lost during the run"),
  M2110(Category.FAILED, "a cluster could not be asked during the run"),
  M2111(Category.FAILED, "a hook failed"),
  M2112(Category.FAILED, "the target does not have what an object needs"),
  M2113(Category.FAILED, "a mover failed"),
  M2201(Category.DECISION, "the source's object was created again by someone else"),
  M2202(Category.DECISION, "the target has an object that we did not create"),
  M2203(Category.DECISION, "the journal is corrupt"),
  M2204(Category.DECISION, "a gate is waiting for approval"),
  M2205(Category.DECISION, "an object changed after it was vaulted"),
  M2206(Category.DECISION, "the vault is damaged"),
  M2301(Category.VERIFICATION, "the target differs from the plan"),
  M2401(Category.ROLLBACK, "the rollback is incomplete"),
  M9001(Category.INTERNAL, "an internal error"),
  M9130(Category.INTERRUPTED, "the run was interrupted at a checkpoint");

  private final Category category;
  private final String title;

  ErrorCode(Category category, String title) {
    this.category = category;
    this.title = title;
  }

  public Category category() {
    return category;
  }

  /** What happened, in a few words, lower case. */
  public String title() {
    return title;
  }

  /** What an error means for the clusters, and so the exit code. */
  public enum Category {
    /** The command line or a file is wrong. */
    USAGE(64),
    /** Nothing was changed: the plan is blocked. */
    BLOCKED(10),
    /** Nothing was changed: the plan is stale. */
    STALE(11),
    /** Nothing was changed: another run holds the lock. */
    LOCKED(12),
    /** Nothing was changed: unreachable or not authorised. */
    UNREACHABLE(13),
    /** Nothing was changed: something that the plan does was not consented to. */
    CONSENT(14),
    /** Something was changed: failed, can be resumed. */
    FAILED(20),
    /** Something was changed: a person must decide. */
    DECISION(21),
    /** Something was changed: verification failed. */
    VERIFICATION(22),
    /** Something was changed: rollback incomplete. */
    ROLLBACK(23),
    /** A defect of ours. */
    INTERNAL(1),
    /** Interrupted at a checkpoint. */
    INTERRUPTED(130);

    private final int exitCode;

    Category(int exitCode) {
      this.exitCode = exitCode;
    }

    public int exitCode() {
      return exitCode;
    }
  }
}
