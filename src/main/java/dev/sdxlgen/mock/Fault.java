package dev.sdxlgen.mock;

import dev.sdxlgen.SdxlGenException.InvalidRequest;
import dev.sdxlgen.request.NameList;
import java.util.ArrayList;
import java.util.List;

/** What can go wrong with a call, as the mock plays it. */
public enum Fault {
  /** Nothing: the answer that the request deserves. */
  OK("ok"),
  /** 429 ThrottlingException. */
  THROTTLE("throttle"),
  /** 400 ServiceQuotaExceededException. */
  QUOTA("quota"),
  /** 500 InternalServerException. */
  ERROR_500("500"),
  /** 503 ServiceUnavailableException. */
  ERROR_503("503"),
  /** The request is taken and never answered. */
  TIMEOUT("timeout"),
  /** The request is taken, then the connection is reset (RST). */
  RESET("reset"),
  /** 200 with the whole Content-Length and half of the body. */
  TRUNCATE("truncate"),
  /** 200 with something that isn't JSON. */
  GARBAGE("garbage"),
  /** 200 with a blurred picture and the finish reason CONTENT_FILTERED. */
  FILTERED("filtered"),
  /** 403 AccessDeniedException. */
  DENIED("denied"),
  /** 403 ExpiredTokenException. */
  EXPIRED("expired"),
  /** 404 ResourceNotFoundException: the model has reached the end of its life. */
  EOL("eol");

  private final String wireName;

  Fault(String wireName) {
    this.wireName = wireName;
  }

  /** As it is written in {@code --fault} and {@code --script}. */
  public String wireName() {
    return wireName;
  }

  /**
   * Reads one, in any case.
   *
   * @param option where it was given, for the message
   * @throws InvalidRequest when there is no such fault, with the nearest one and the whole list
   */
  public static Fault parse(String option, String text) {
    List<String> names = new ArrayList<>();
    for (Fault fault : values()) {
      names.add(fault.wireName);
    }
    String name = new NameList(option, "a fault", "Faults", names).wireName(text, "the mock");
    return values()[names.indexOf(name)];
  }

  /**
   * Reads a script: {@code throttle,throttle,ok} are the next three answers. Blank is none.
   *
   * @throws InvalidRequest when one of them isn't a fault
   */
  public static List<Fault> parseScript(String option, String text) {
    List<Fault> script = new ArrayList<>();
    if (!text.isBlank()) {
      for (String word : text.split(",", -1)) {
        script.add(parse(option, word.strip()));
      }
    }
    return List.copyOf(script);
  }
}
