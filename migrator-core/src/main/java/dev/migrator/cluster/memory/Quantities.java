package dev.migrator.cluster.memory;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Writes quantities as the API server does: {@code 1000m} becomes {@code 1}, {@code 0.5} becomes
 * {@code 500m}, {@code 1024Mi} becomes {@code 1Gi}.
 *
 * <p>Source: <a
 * href="https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/">Quantity</a>
 */
final class Quantities {

  private static final Pattern FORM =
      Pattern.compile(
          "^([+-]?\\d*\\.?\\d+|[+-]?\\d+\\.)(([KMGTPE]i)|([numkMGTPE])|[eE]([+-]?\\d+))?$");
  private static final List<String> BINARY = List.of("", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei");
  private static final List<String> DECIMAL =
      List.of("n", "u", "m", "", "k", "M", "G", "T", "P", "E");

  private Quantities() {}

  /** Canonicalises every value of a map of quantities. */
  static void canonicalise(JsonNode map) {
    if (map instanceof ObjectNode quantities) {
      quantities
          .properties()
          .forEach(field -> field.setValue(Fill.textNode(canonical(field.getValue().asText()))));
    }
  }

  /** Errors: {@link IllegalArgumentException} when the text is no quantity. */
  static BigDecimal value(String text) {
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      throw new IllegalArgumentException("quantities must match the regular expression: " + text);
    }
    BigDecimal number = new BigDecimal(form.group(1));
    if (form.group(3) != null) {
      return number.multiply(BigDecimal.valueOf(1024).pow(BINARY.indexOf(form.group(3))));
    }
    if (form.group(5) != null) {
      return number.scaleByPowerOfTen(Integer.parseInt(form.group(5)));
    }
    int exponent = form.group(4) == null ? 0 : 3 * (DECIMAL.indexOf(form.group(4)) - 3);
    return number.scaleByPowerOfTen(exponent);
  }

  /** Errors: {@link IllegalArgumentException} when the text is no quantity. */
  static String canonical(String text) {
    BigDecimal value = value(text);
    return text.endsWith("i") ? binary(value) : decimal(value);
  }

  private static String binary(BigDecimal value) {
    BigDecimal rest = value;
    int unit = 0;
    BigDecimal step = BigDecimal.valueOf(1024);
    while (unit < BINARY.size() - 1 && rest.signum() != 0 && rest.remainder(step).signum() == 0) {
      rest = rest.divide(step, RoundingMode.UNNECESSARY);
      unit++;
    }
    return unit == 0 && rest.stripTrailingZeros().scale() > 0
        ? decimal(value)
        : rest.toBigInteger() + BINARY.get(unit);
  }

  private static String decimal(BigDecimal value) {
    BigInteger nanos = value.scaleByPowerOfTen(9).setScale(0, RoundingMode.UP).toBigInteger();
    int unit = 0;
    BigInteger step = BigInteger.valueOf(1000);
    while (unit < DECIMAL.size() - 1 && nanos.signum() != 0 && nanos.mod(step).signum() == 0) {
      nanos = nanos.divide(step);
      unit++;
    }
    return nanos.signum() == 0 ? "0" : nanos + DECIMAL.get(unit);
  }
}
