package dev.migrator.cluster.fabric8;

import io.fabric8.kubernetes.client.http.AsyncBody;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Collects a body that is not larger than it may be. The library calls it for one part at a time,
 * and lets go of it before the body is done.
 */
final class BodyBytes implements AsyncBody.Consumer<List<ByteBuffer>> {

  private final List<ByteBuffer> parts = new ArrayList<>();
  private final int largest;
  private long size;

  BodyBytes(int largest) {
    this.largest = largest;
  }

  @Override
  public void consume(List<ByteBuffer> buffers, AsyncBody body) throws IOException {
    for (ByteBuffer buffer : buffers) {
      size += buffer.remaining();
      if (size > largest) {
        parts.clear();
        throw new IOException("the answer is larger than " + largest + " bytes");
      }
      parts.add(buffer);
    }
    body.consume();
  }

  /** All of it, once the body is done. */
  byte[] whole() {
    if (parts.size() == 1
        && parts.getFirst().hasArray()
        && parts.getFirst().array().length == size) {
      return parts.getFirst().array();
    }
    byte[] whole = new byte[(int) size];
    int at = 0;
    for (ByteBuffer part : parts) {
      int length = part.remaining();
      part.get(whole, at, length);
      at += length;
    }
    return whole;
  }
}
