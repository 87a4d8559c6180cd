package dev.migrator.model;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.node.NumericNode;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;

/**
 * A number with a fraction or an exponent that remembers how it was written, because {@code 1.10}
 * and {@code 1e3} must leave as they came.
 */
final class ExactNumber extends NumericNode {

  private static final long serialVersionUID = 1L;

  private final String text;

  ExactNumber(String text) {
    this.text = text;
  }

  String text() {
    return text;
  }

  @Override
  public JsonToken asToken() {
    return JsonToken.VALUE_NUMBER_FLOAT;
  }

  @Override
  public JsonParser.NumberType numberType() {
    return JsonParser.NumberType.BIG_DECIMAL;
  }

  @Override
  public Number numberValue() {
    return decimalValue();
  }

  @Override
  public int intValue() {
    return decimalValue().intValue();
  }

  @Override
  public long longValue() {
    return decimalValue().longValue();
  }

  @Override
  public double doubleValue() {
    return Double.parseDouble(text);
  }

  @Override
  public float floatValue() {
    return Float.parseFloat(text);
  }

  @Override
  public BigDecimal decimalValue() {
    return new BigDecimal(text);
  }

  @Override
  public BigInteger bigIntegerValue() {
    return decimalValue().toBigInteger();
  }

  @Override
  public boolean canConvertToInt() {
    double value = doubleValue();
    return value >= Integer.MIN_VALUE && value <= Integer.MAX_VALUE;
  }

  @Override
  public boolean canConvertToLong() {
    double value = doubleValue();
    return value >= Long.MIN_VALUE && value <= Long.MAX_VALUE;
  }

  @Override
  public String asText() {
    return text;
  }

  @Override
  public void serialize(JsonGenerator out, SerializerProvider provider) throws IOException {
    out.writeNumber(text);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ExactNumber number && number.text.equals(text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }
}
