package dev.sdxlgen;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Something that keeps an image from being made, in the user's words: what happened ({@link
 * #getMessage()}) and what to do about it ({@link #advice()}). Its kind decides the exit code.
 */
public abstract sealed class SdxlGenException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private String advice;
  private transient Path keptAnswer;
  private boolean keepsImage;

  private SdxlGenException(String message, String advice, Throwable cause) {
    super(message, cause);
    this.advice = advice;
  }

  /** What to do about it; one or more lines, or empty when the message says it all. */
  public String advice() {
    return advice;
  }

  /** The same, with one more thing to know or do about it. */
  public SdxlGenException withAdvice(String more) {
    advice = advice.isEmpty() ? more : advice + "\n" + more;
    return this;
  }

  /** The same, with the file that holds an answer which was paid for. */
  public SdxlGenException withKeptAnswer(Path file) {
    keptAnswer = file;
    return withAdvice("Bedrock's answer is kept in " + file);
  }

  /** The same, with the file that holds the image, which could not be taken where it should go. */
  public SdxlGenException withKeptImage(Path file) {
    keptAnswer = file;
    keepsImage = true;
    return withAdvice("The image is kept in " + file);
  }

  /** The file that holds the answer; null when none came, or no folder took it. */
  public Path keptAnswer() {
    return keptAnswer;
  }

  /** Whether {@link #keptAnswer} is the image itself, not what Bedrock answered. */
  public boolean keepsImage() {
    return keepsImage;
  }

  /** Whether the same call may be made again without paying twice. */
  public Repeat repeat() {
    return Repeat.NO;
  }

  /** What making the same call again would mean. */
  public enum Repeat {
    /** It would fail again. */
    NO,
    /** Nothing was made yet, and it may go better the next time. */
    SAFE,
    /** The image may have been made and billed, though it didn't arrive. */
    MAYBE_BILLED
  }

  /** The command line, an input file or the request itself is wrong. */
  public static final class InvalidRequest extends SdxlGenException {
    private static final long serialVersionUID = 1L;

    public InvalidRequest(String message, String advice) {
      super(message, advice, null);
    }
  }

  /** Nobody to sign as, or not allowed. */
  public static final class Credentials extends SdxlGenException {
    private static final long serialVersionUID = 1L;

    public Credentials(String message, String advice, Throwable cause) {
      super(message, advice, cause);
    }
  }

  /** The model filtered the prompt or the image. */
  public static final class Filtered extends SdxlGenException {
    private static final long serialVersionUID = 1L;

    public Filtered(String message, String advice) {
      super(message, advice, null);
    }
  }

  /** The account's rate or quota is used up. */
  public static final class Throttled extends SdxlGenException {
    private static final long serialVersionUID = 1L;

    public Throttled(String message, String advice, Throwable cause) {
      super(message, advice, cause);
    }

    @Override
    public Repeat repeat() {
      return Repeat.SAFE;
    }
  }

  /** Bedrock failed, timed out, could not be reached or answered something unreadable. */
  public static final class BedrockFailed extends SdxlGenException {
    private static final long serialVersionUID = 1L;
    private static final byte[] NONE = {};

    private final Repeat repeat;
    private final transient byte[] answer;

    public BedrockFailed(String message, String advice, Repeat repeat, Throwable cause) {
      this(message, advice, repeat, cause, NONE);
    }

    private BedrockFailed(
        String message, String advice, Repeat repeat, Throwable cause, byte[] answer) {
      super(message, advice, cause);
      this.repeat = repeat;
      this.answer = answer;
    }

    /**
     * An answer that came, was paid for and can't be read: {@code answer} is what there is of it,
     * and is copied.
     */
    public static BedrockFailed unreadable(String message, ByteBuffer answer, Throwable cause) {
      byte[] copy = Arrays.copyOf(answer.array(), answer.limit());
      return new BedrockFailed(message, "", Repeat.MAYBE_BILLED, cause, copy);
    }

    @Override
    public Repeat repeat() {
      return repeat;
    }

    /** The raw body of the unreadable answer, not to be changed; empty when none came. */
    public byte[] answer() {
      return answer == null ? NONE : answer;
    }
  }

  /** Anything about the output: it exists, can't be written, the disk is full. */
  public static final class OutputFailed extends SdxlGenException {
    private static final long serialVersionUID = 1L;

    public OutputFailed(String message, String advice, Throwable cause) {
      super(message, advice, cause);
    }

    /** Why a file or folder can't be made or written, in a few words. */
    public static String reason(IOException e) {
      if (e instanceof NoSuchFileException || e.getMessage() == null) {
        return "its folder is gone";
      }
      // JDK 17 and 25 have different exceptions for it.
      if (e instanceof NotDirectoryException || e.getMessage().contains("Not a directory")) {
        return "it is below a file";
      }
      if (e instanceof FileSystemException f && f.getReason() != null) {
        return f.getReason();
      }
      if (e instanceof AccessDeniedException) {
        return "permission denied";
      }
      if (e instanceof FileAlreadyExistsException) {
        return "there is a file of that name";
      }
      return e.getMessage();
    }
  }

  /** The model is retired, unknown in this region or not enabled for the account. */
  public static final class ModelUnavailable extends SdxlGenException {
    private static final long serialVersionUID = 1L;

    private final boolean elsewhere;

    public ModelUnavailable(String message, String advice, Throwable cause) {
      this(message, advice, false, cause);
    }

    /**
     * @param elsewhere whether the same model can be called by another name
     */
    public ModelUnavailable(String message, String advice, boolean elsewhere, Throwable cause) {
      super(message, advice, cause);
      this.elsewhere = elsewhere;
    }

    /** Whether the same model can be called by another name, which the advice gives. */
    public boolean isElsewhere() {
      return elsewhere;
    }
  }

  /** The user asked to stop. */
  public static final class Interrupted extends SdxlGenException {
    private static final long serialVersionUID = 1L;

    private final int signal;

    /**
     * @param signal the number of the signal that asked for it: 2 for Ctrl-C, 15 for SIGTERM
     */
    public Interrupted(int signal) {
      super("interrupted", "", null);
      this.signal = signal;
    }

    /** The number of the signal that asked for it. */
    public int signal() {
      return signal;
    }
  }
}
