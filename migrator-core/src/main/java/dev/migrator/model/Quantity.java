package dev.migrator.model;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Amounts such as {@code 1000m} and {@code 1Ki}, by value.
 *
 * <p>Source: <a
 * href="https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/">Quantity</a>
 */
public final class Quantity {

  private static final Pattern SHAPE =
      Pattern.compile(
          "([+-]?)([0-9]{1,40})?(?:\\.([0-9]{0,40}))?(?:[eE]([+-]?[0-9]{1,3})|([KMGTPE]i|[numkMGTPE]))?");

  private static final Map<String, Integer> DECIMAL =
      Map.of("n", -9, "u", -6, "m", -3, "k", 3, "M", 6, "G", 9, "T", 12, "P", 15, "E", 18);

  private static final String BINARY = "KMGTPE";

  private Quantity() {}

  /** The amount; empty for what is no quantity. */
  public static Optional<BigDecimal> parse(String text) {
    Matcher shape = SHAPE.matcher(text);
    if (!shape.matches()) {
      return Optional.empty();
    }
    String whole = part(shape, 2);
    String fraction = part(shape, 3);
    if (whole.isEmpty() && fraction.isEmpty()) {
      return Optional.empty();
    }
    BigDecimal number =
        new BigDecimal(part(shape, 1) + (whole.isEmpty() ? "0" : whole) + "." + fraction + "0");
    String exponent = part(shape, 4);
    if (!exponent.isEmpty()) {
      return Optional.of(number.scaleByPowerOfTen(Integer.parseInt(exponent)));
    }
    String suffix = part(shape, 5);
    if (suffix.length() == 2) {
      int power = BINARY.indexOf(suffix.charAt(0)) + 1;
      return Optional.of(number.multiply(new BigDecimal(BigInteger.ONE.shiftLeft(10 * power))));
    }
    return Optional.of(number.scaleByPowerOfTen(DECIMAL.getOrDefault(suffix, 0)));
  }

  /** Whether both are quantities of the same amount. */
  public static boolean same(String one, String other) {
    Optional<BigDecimal> amount = parse(one);
    Optional<BigDecimal> otherAmount = parse(other);
    return amount.isPresent()
        && otherAmount.isPresent()
        && amount.get().compareTo(otherAmount.get()) == 0;
  }

  private static String part(Matcher shape, int group) {
    String found = shape.group(group);
    return found == null ? "" : found;
  }
}
