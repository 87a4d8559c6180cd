package dev.migrator.journal;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** What a disk refused, in words that a person knows. Pure. */
public final class DiskTrouble {

  private DiskTrouble() {}

  /** {@code permission denied: /var/lib/runs}; the path where it is known. */
  public static String words(IOException e) {
    return switch (e) {
      case AccessDeniedException denied -> at("permission denied", denied);
      case NoSuchFileException missing -> at("no such file or folder", missing);
      case FileAlreadyExistsException exists -> at("it exists already", exists);
      case FileSystemException other -> at(reason(other), other);
      default -> e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    };
  }

  private static String reason(FileSystemException e) {
    return e.getReason() == null ? e.getClass().getSimpleName() : e.getReason();
  }

  private static String at(String what, FileSystemException e) {
    return e.getFile() == null ? what : what + ": " + e.getFile();
  }
}
