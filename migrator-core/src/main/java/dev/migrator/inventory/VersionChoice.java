package dev.migrator.inventory;

import dev.migrator.model.ResourceType;
import java.util.Optional;

/**
 * At which version a kind is read at the source and written at the target.
 *
 * @param readFrom the source's type
 * @param apiVersion what is written at the target; empty when the target serves no version that we
 *     could write
 * @param advice why it cannot be written, and what to do; empty when it can
 */
public record VersionChoice(ResourceType readFrom, Optional<String> apiVersion, String advice) {}
