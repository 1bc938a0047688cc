package dev.sdxlgen.mock;

/** Why Bedrock won't make a picture: a status, an error type and a message of the real one. */
final class Refusal extends Exception {

  private static final long serialVersionUID = 1L;

  private final int status;
  private final String type;

  Refusal(int status, String type, String message) {
    super(message, null, false, false);
    this.status = status;
    this.type = type;
  }

  static Refusal validation(String message) {
    return new Refusal(400, "ValidationException", message);
  }

  /** Of a prompt that Bedrock's own filter caught (as quoted by users of Titan). */
  static Refusal blocked() {
    return validation(
        "This request has been blocked by our content filters. Our filters automatically flagged"
            + " this prompt because it may conflict our AUP or AWS Responsible AI Policy. Please"
            + " adjust your text prompt to submit a new request.");
  }

  HttpResponse response() {
    return HttpResponse.error(status, type, getMessage());
  }
}
