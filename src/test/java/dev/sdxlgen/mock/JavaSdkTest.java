package dev.sdxlgen.mock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;
import software.amazon.awssdk.services.bedrockruntime.model.AccessDeniedException;
import software.amazon.awssdk.services.bedrockruntime.model.BedrockRuntimeException;
import software.amazon.awssdk.services.bedrockruntime.model.InternalServerException;
import software.amazon.awssdk.services.bedrockruntime.model.ResourceNotFoundException;
import software.amazon.awssdk.services.bedrockruntime.model.ServiceQuotaExceededException;
import software.amazon.awssdk.services.bedrockruntime.model.ServiceUnavailableException;
import software.amazon.awssdk.services.bedrockruntime.model.ThrottlingException;
import software.amazon.awssdk.services.bedrockruntime.model.ValidationException;

/** The mock as the real SDK sees it: every error has the type that Bedrock's has. */
class JavaSdkTest {

  private static final String BODY = "{\"text_prompts\":[{\"text\":\"a\"}],\"seed\":7}";

  private final MockBedrock mock =
      MockBedrock.start(MockOptions.DEFAULT.withPicture(new byte[] {1}));

  private final BedrockRuntimeClient client =
      BedrockRuntimeClient.builder()
          .endpointOverride(mock.endpoint())
          .region(Region.US_EAST_1)
          .credentialsProvider(
              StaticCredentialsProvider.create(AwsBasicCredentials.create("made", "up")))
          .httpClient(
              UrlConnectionHttpClient.builder().socketTimeout(Duration.ofSeconds(20)).build())
          .overrideConfiguration(o -> o.retryStrategy(DefaultRetryStrategy.doNotRetry()))
          .build();

  @AfterEach
  void stop() {
    client.close();
    mock.close();
  }

  private String invoke(String modelId, String body) {
    return client
        .invokeModel(r -> r.modelId(modelId).body(SdkBytes.fromUtf8String(body)))
        .body()
        .asUtf8String();
  }

  @Test
  void answersACallForAnArn() {
    String arn = "arn:aws:bedrock:us-east-1:123456789012:provisioned-model/abc";

    assertThat(invoke(arn, BODY)).startsWith("{\"result\":\"success\"");
    assertThat(mock.requests().get(0).modelId()).isEqualTo(arn);
    assertThat(mock.requests().get(0).headers().get("authorization"))
        .startsWith("AWS4-HMAC-SHA256 Credential=made/");
  }

  @Test
  void saysWhatIsWrongWithABody() {
    assertThatExceptionOfType(ValidationException.class)
        .isThrownBy(() -> invoke(Caller.SDXL, "{}"))
        .satisfies(
            e ->
                assertThat(e.awsErrorDetails().errorMessage())
                    .isEqualTo(
                        "Malformed input request: #: required key [text_prompts] not found,"
                            + " please reformat your input and try again."))
        .satisfies(e -> assertThat(e.requestId()).hasSize(36));
  }

  @Test
  void failsWithBedrocksOwnTypes() {
    assertFails(Fault.THROTTLE, ThrottlingException.class);
    assertFails(Fault.QUOTA, ServiceQuotaExceededException.class);
    assertFails(Fault.ERROR_500, InternalServerException.class);
    assertFails(Fault.ERROR_503, ServiceUnavailableException.class);
    assertFails(Fault.DENIED, AccessDeniedException.class);
    assertFails(Fault.EOL, ResourceNotFoundException.class);
    assertFails(Fault.EXPIRED, BedrockRuntimeException.class);
    assertFails(Fault.RESET, SdkClientException.class);
  }

  private void assertFails(Fault fault, Class<? extends Exception> type) {
    mock.enqueue(Answer.of(fault));
    assertThatExceptionOfType(type)
        .as(fault.wireName())
        .isThrownBy(() -> invoke(Caller.SDXL, BODY));
  }
}
