package dev.sdxlgen.store;

import dev.sdxlgen.SdxlGenException;
import dev.sdxlgen.SdxlGenException.Credentials;
import dev.sdxlgen.SdxlGenException.InvalidRequest;
import dev.sdxlgen.SdxlGenException.OutputFailed;
import dev.sdxlgen.bedrock.AwsAccess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import javax.net.ssl.SSLException;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;

/** What an error of S3 means to the user (Amazon S3 API reference, Error responses). */
final class S3Errors {

  private final AwsAccess access;
  private final URI endpoint;

  /**
   * @param endpoint where S3 is in place of AWS's own; may be null
   */
  S3Errors(AwsAccess access, URI endpoint) {
    this.access = access;
    this.endpoint = endpoint;
  }

  /** What keeps an input from being read: a wrong command line, or permissions. */
  SdxlGenException reading(SdkException e, S3Location from) {
    if (isMissing(e, from, "NoSuchKey")) {
      return new InvalidRequest(
          from + " isn't there", "aws s3 ls s3://" + from.bucket() + "/ shows what is");
    }
    SdxlGenException known =
        caller(
            e,
            "read " + from,
            "The credentials need s3:GetObject on it; without s3:ListBucket, what isn't there is"
                + " refused too");
    if (known != null) {
      return known;
    }
    String[] told = told(e, from);
    return new InvalidRequest(told[0], told[1]);
  }

  /** What keeps a place from being looked at before something is put there. */
  SdxlGenException looking(SdkException e, S3Location at) {
    return output(
        e, at, "see whether " + at + " exists", "The credentials need s3:GetObject on it");
  }

  SdxlGenException listing(SdkException e, S3Location folder) {
    return output(
        e,
        folder,
        "list " + folder,
        "The credentials need s3:ListBucket on arn:aws:s3:::" + folder.bucket());
  }

  /** What keeps an output from being written. */
  SdxlGenException writing(SdkException e, S3Location to) {
    return output(e, to, "write " + to, "The credentials need s3:PutObject on it");
  }

  private SdxlGenException output(SdkException e, S3Location at, String what, String need) {
    SdxlGenException known = caller(e, what, need);
    if (known != null) {
      return known;
    }
    String[] told = told(e, at);
    return new OutputFailed(told[0], told[1], e);
  }

  /** What is wrong with who calls, or what they may do; null when that is all right. */
  private SdxlGenException caller(SdkException e, String what, String need) {
    SdxlGenException ours = cause(e, SdxlGenException.class);
    if (ours != null) {
      return ours;
    }
    if (!(e instanceof AwsServiceException service)) {
      return null;
    }
    SdxlGenException refusal = access.refusal(service);
    if (refusal != null) {
      return refusal;
    }
    int status = service.statusCode();
    if (status != 401 && status != 403) {
      return null;
    }
    String said = hasMessage(service) ? ": " + access.said(service) : "";
    return new Credentials("S3 doesn't allow to " + what + said, need, e);
  }

  /** What went wrong, and what to do about it. */
  private String[] told(SdkException e, S3Location at) {
    if (isMissing(e, at, "NoSuchBucket")) {
      return new String[] {
        "there is no bucket " + at.bucket(),
        "Look at its spelling; aws s3 ls shows those of the account"
      };
    }
    if (e instanceof AwsServiceException service) {
      int status = service.statusCode();
      String said = hasMessage(service) ? ": " + access.said(service) : "";
      return new String[] {
        where() + " answered " + status + " for " + at + said,
        status >= 500 || status == 429
            ? "Try again in a minute"
            : endpoint == null ? "" : "Is it an S3 endpoint? Look at AWS_ENDPOINT_URL_S3"
      };
    }
    IOException io = cause(e, IOException.class);
    String why = io == null ? e.getMessage() : io.getMessage();
    why = access.clean(why == null ? "it doesn't say why" : why);
    if (why.contains("tunnel through proxy")) {
      return new String[] {
        "the proxy lets nothing through to " + where() + ": " + why,
        "Look at HTTPS_PROXY, user and password included; NO_PROXY names hosts to reach directly"
      };
    }
    String network =
        endpoint == null
            ? "Is there a network, or a proxy to set?"
            : "Is it running, and is AWS_ENDPOINT_URL_S3 right?";
    if (io instanceof UnknownHostException) {
      return new String[] {where() + " can't be found", network};
    }
    if (io instanceof ConnectException) {
      return new String[] {where() + " can't be reached: " + why, network};
    }
    if (io instanceof SocketTimeoutException) {
      return new String[] {where() + " doesn't answer: " + why, network};
    }
    if (io instanceof SSLException) {
      return new String[] {
        "no secure connection to " + where() + ": " + why,
        "Behind a company's proxy, AWS_CA_BUNDLE names the authorities to trust"
      };
    }
    return new String[] {"the connection to " + where() + " failed: " + why, network};
  }

  private String where() {
    return endpoint == null
        ? "S3"
        : "S3 at " + endpoint.getHost() + (endpoint.getPort() < 0 ? "" : ":" + endpoint.getPort());
  }

  private static boolean isMissing(SdkException e, S3Location at, String code) {
    return e instanceof AwsServiceException service
        && service.statusCode() == 404
        && code(service).equals(code);
  }

  static String code(AwsServiceException e) {
    AwsErrorDetails details = e.awsErrorDetails();
    return details == null || details.errorCode() == null ? "" : details.errorCode();
  }

  private static boolean hasMessage(AwsServiceException e) {
    AwsErrorDetails details = e.awsErrorDetails();
    return details != null && details.errorMessage() != null && !details.errorMessage().isBlank();
  }

  private static <T extends Throwable> T cause(Throwable e, Class<T> type) {
    for (Throwable t = e; t != null; t = t.getCause()) {
      if (type.isInstance(t)) {
        return type.cast(t);
      }
      if (t instanceof UncheckedIOException u && type.isInstance(u.getCause())) {
        return type.cast(u.getCause());
      }
    }
    return null;
  }
}
