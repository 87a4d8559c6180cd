package dev.migrator.model;

import java.math.BigInteger;
import java.util.List;
import java.util.Optional;

/**
 * Addresses that begin alike, as in {@code 10.96.0.0/12}.
 *
 * @param network one of them
 * @param bits how many of its first bits count
 */
public record AddressRange(Address network, int bits) {

  /**
   * An address of IP, as a number.
   *
   * @param width in bits: 32 or 128
   */
  public record Address(BigInteger value, int width) {

    /** Empty for what is no address; no name is looked up. */
    public static Optional<Address> parse(String text) {
      return text.indexOf(':') < 0 ? v4(text) : v6(text);
    }

    private static Optional<Address> v4(String text) {
      return number(List.of(text.split("\\.", -1)), 4, 10, 8);
    }

    /** Groups that are left out where there are two colons are zero. */
    private static Optional<Address> v6(String text) {
      int gap = text.indexOf("::");
      if (gap < 0) {
        return number(List.of(text.split(":", -1)), 8, 16, 16);
      }
      List<String> before = groups(text.substring(0, gap));
      List<String> after = groups(text.substring(gap + 2));
      int zeros = 8 - before.size() - after.size();
      if (zeros < 1) {
        return Optional.empty();
      }
      String all =
          String.join(":", before)
              + (before.isEmpty() ? "" : ":")
              + "0:".repeat(zeros)
              + String.join(":", after);
      return number(
          List.of((after.isEmpty() ? all.substring(0, all.length() - 1) : all).split(":", -1)),
          8,
          16,
          16);
    }

    private static List<String> groups(String text) {
      return text.isEmpty() ? List.of() : List.of(text.split(":", -1));
    }

    private static Optional<Address> number(List<String> parts, int count, int radix, int bits) {
      if (parts.size() != count) {
        return Optional.empty();
      }
      BigInteger value = BigInteger.ZERO;
      for (String part : parts) {
        if (!part.matches(radix == 10 ? "[0-9]{1,3}" : "[0-9A-Fa-f]{1,4}")) {
          return Optional.empty();
        }
        int digit = Integer.parseInt(part, radix);
        if (digit >= 1 << bits) {
          return Optional.empty();
        }
        value = value.shiftLeft(bits).add(BigInteger.valueOf(digit));
      }
      return Optional.of(new Address(value, count * bits));
    }
  }

  /** Empty for what is no range in this form. */
  public static Optional<AddressRange> parse(String cidr) {
    int slash = cidr.indexOf('/');
    String length = cidr.substring(slash + 1);
    return slash < 0 || !length.matches("[0-9]{1,3}")
        ? Optional.empty()
        : Address.parse(cidr.substring(0, slash))
            .filter(network -> Integer.parseInt(length) <= network.width())
            .map(network -> new AddressRange(network, Integer.parseInt(length)));
  }

  /** False for what is no address, too. */
  public boolean contains(String address) {
    return Address.parse(address)
        .filter(other -> other.width() == network.width())
        .filter(other -> prefix(other).equals(prefix(network)))
        .isPresent();
  }

  private BigInteger prefix(Address address) {
    return address.value().shiftRight(address.width() - bits);
  }
}
