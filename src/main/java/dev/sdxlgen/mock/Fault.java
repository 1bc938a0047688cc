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
  THROTTLE(
      "throttle",
      429,
      "ThrottlingException",
      "Too many requests, please wait before trying again."),
  /** 400 ServiceQuotaExceededException. */
  QUOTA(
      "quota",
      400,
      "ServiceQuotaExceededException",
      "Your request exceeds the service quota for your account."),
  /** 500 InternalServerException. */
  ERROR_500(
      "500",
      500,
      "InternalServerException",
      "The system encountered an unexpected error during processing. Try your request again."),
  /** 503 ServiceUnavailableException. */
  ERROR_503(
      "503", 503, "ServiceUnavailableException", "Bedrock is unable to process your request."),
  /** The request is taken and never answered. */
  TIMEOUT("timeout"),
  /** The request is taken, then the connection is reset (RST). */
  RESET("reset"),
  /** 200 with the whole Content-Length and half of the body. */
  TRUNCATE("truncate"),
  /** 200 with something that isn't JSON. */
  GARBAGE("garbage"),
  /** 200 and what was made is filtered, as the model's family says it. */
  FILTERED("filtered"),
  /** 200 and the last of several images is filtered; the only one if there is but one. */
  PARTIAL("partial"),
  /** The prompt is filtered, as the model's family says it: amazon and SDXL by a 400. */
  BLOCKED("blocked"),
  /** 403 AccessDeniedException. */
  DENIED(
      "denied",
      403,
      "AccessDeniedException",
      "User: arn:aws:iam::123456789012:user/mock is not authorized to perform:"
          + " bedrock:InvokeModel on resource: "
          + Fault.RESOURCE
          + " because no identity-based policy allows the bedrock:InvokeModel action"),
  /** 403 ExpiredTokenException. */
  EXPIRED(
      "expired",
      403,
      "ExpiredTokenException",
      "The security token included in the request is expired"),
  /** 404 ResourceNotFoundException: the model has reached the end of its life. */
  EOL(
      "eol",
      404,
      "ResourceNotFoundException",
      "This model version has reached the end of its life. Please refer to the AWS documentation"
          + " for more details."),
  /**
   * 404 ResourceNotFoundException: the model is legacy, and the account has not used it lately
   * (aws-samples/amazon-bedrock-workshop issue 386).
   */
  LEGACY(
      "legacy",
      404,
      "ResourceNotFoundException",
      "Access denied. This Model is marked by provider as Legacy and you have not been actively"
          + " using the model in the last 15 days. Please upgrade to an active model on Amazon"
          + " Bedrock"),
  /** 400 ValidationException: there is no such model here (aws/aws-sdk-js-v3 issue 6424). */
  INVALID_ID("invalid-id", 400, "ValidationException", "The provided model identifier is invalid."),
  /**
   * 403 AccessDeniedException: the account has not enabled the model (langgenius/dify issue 2829).
   */
  NOT_ENABLED(
      "not-enabled",
      403,
      "AccessDeniedException",
      "You don't have access to the model with the specified model ID.");

  /** Stands for the model's ARN in a message. */
  private static final String RESOURCE = "{resource}";

  private final String wireName;
  private final int status;
  private final String type;
  private final String message;

  Fault(String wireName) {
    this(wireName, 0, null, null);
  }

  Fault(String wireName, int status, String type, String message) {
    this.wireName = wireName;
    this.status = status;
    this.type = type;
    this.message = message;
  }

  /** The error that Bedrock answers for this model, or null when the fault is no error of its. */
  HttpResponse error(String modelId) {
    if (message == null) {
      return null;
    }
    String resource =
        modelId.startsWith("arn:")
            ? modelId
            : "arn:aws:bedrock:us-east-1::foundation-model/" + modelId;
    return HttpResponse.error(status, type, message.replace(RESOURCE, resource));
  }

  /** The same of an error that names no model. */
  Refusal refusal() {
    return new Refusal(status, type, message);
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
