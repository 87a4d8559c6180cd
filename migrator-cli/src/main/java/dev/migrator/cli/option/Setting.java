package dev.migrator.cli.option;

import java.util.Optional;

/** Everything that can be given once for all commands, by the environment or the settings file. */
public enum Setting {
  STATE_DIR("stateDir", "--state-dir", "MIGRATOR_STATE_DIR", ".migrator"),
  SOURCE_KUBECONFIG("sourceKubeconfig", "--source-kubeconfig", "MIGRATOR_SOURCE_KUBECONFIG", ""),
  TARGET_KUBECONFIG("targetKubeconfig", "--target-kubeconfig", "MIGRATOR_TARGET_KUBECONFIG", ""),
  /** age recipients, with commas between. */
  VAULT_RECIPIENT("vaultRecipients", "--vault-recipient", "MIGRATOR_VAULT_RECIPIENT", ""),
  VAULT_IDENTITY("vaultIdentity", "--vault-identity", "MIGRATOR_VAULT_IDENTITY", ""),
  /** Contexts, as globs; a target that fits is confirmed by typing its name. */
  PROTECTED_TARGETS("protectedTargets", "", "MIGRATOR_PROTECTED_TARGETS", "");

  private final String key;
  private final String option;
  private final String variable;
  private final String otherwise;

  Setting(String key, String option, String variable, String otherwise) {
    this.key = key;
    this.option = option;
    this.variable = variable;
    this.otherwise = otherwise;
  }

  /** Its name in the settings file. */
  public String key() {
    return key;
  }

  /** The environment variable, which beats the file. */
  public String variable() {
    return variable;
  }

  /** The option, which beats both; empty when there is none. */
  public Optional<String> option() {
    return option.isEmpty() ? Optional.empty() : Optional.of(option);
  }

  /** What holds when nothing says anything; may be empty. */
  public String otherwise() {
    return otherwise;
  }
}
