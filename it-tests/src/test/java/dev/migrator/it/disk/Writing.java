package dev.migrator.it.disk;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** Something that uses a volume while it is copied: files grow, come, are renamed and go. */
final class Writing implements AutoCloseable {

  private final AtomicBoolean ending = new AtomicBoolean();
  private final AtomicInteger rounds = new AtomicInteger();
  private final Thread thread;

  /** Starts to write below a folder. */
  Writing(Path folder) {
    thread = Thread.ofVirtual().start(() -> write(folder));
  }

  private void write(Path folder) {
    try {
      for (int i = 0; !ending.get(); i++) {
        Path file = folder.resolve("new-" + i);
        Files.write(file, new byte[1000 + i % 5000]);
        Files.writeString(
            folder.resolve("grows"),
            "line " + i + "\n",
            UTF_8,
            StandardOpenOption.CREATE,
            StandardOpenOption.APPEND);
        if (i >= 20) {
          Files.move(folder.resolve("new-" + (i - 10)), folder.resolve("renamed-" + (i - 10)));
          Files.deleteIfExists(folder.resolve("renamed-" + (i - 20)));
        }
        rounds.incrementAndGet();
        Thread.sleep(2);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** How many files it has written until now. */
  int written() {
    return rounds.get();
  }

  /** Stops it, and waits for that. */
  @Override
  public void close() {
    ending.set(true);
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
