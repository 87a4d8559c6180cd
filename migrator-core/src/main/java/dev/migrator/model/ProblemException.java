package dev.migrator.model;

/** Stops the work because of a {@link Problem} that the user can read and act on. */
public final class ProblemException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient Problem problem;

  public ProblemException(Problem problem) {
    super(
        problem.code()
            + ": "
            + problem.what()
            + (problem.why().isEmpty() ? "" : ": " + problem.why()));
    this.problem = problem;
  }

  public Problem problem() {
    return problem;
  }
}
