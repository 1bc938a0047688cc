package dev.sdxlgen.bedrock;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sdxlgen.SdxlGenException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** How a test connects: with keys, a region, and a home that holds nothing of the developer's. */
final class Settings {

  static final String MODEL = "stability.stable-diffusion-xl";
  static final byte[] BODY = "{\"text_prompts\":[{\"text\":\"a person\"}]}".getBytes(UTF_8);

  private final Map<String, String> environment = new HashMap<>();
  private String region = "us-west-2";
  private String profile;
  private URI endpoint;
  private String role;
  private boolean lasting;
  private Duration timeout = Duration.ofSeconds(20);

  private Settings(URI endpoint) {
    this.endpoint = endpoint;
    environment.put("HOME", "/nonexistent");
    environment.put("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE");
    environment.put("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMIsecret");
  }

  static Settings to(URI endpoint) {
    return new Settings(endpoint);
  }

  Settings with(String variable, String value) {
    environment.put(variable, value);
    return this;
  }

  Settings withoutKeys() {
    environment.remove("AWS_ACCESS_KEY_ID");
    environment.remove("AWS_SECRET_ACCESS_KEY");
    return this;
  }

  Settings region(String name) {
    region = name;
    return this;
  }

  Settings profile(String name) {
    profile = name;
    return this;
  }

  Settings config(Path file) {
    return with("AWS_CONFIG_FILE", file.toString());
  }

  Settings role(String arn) {
    role = arn;
    return this;
  }

  Settings timeout(Duration time) {
    timeout = time;
    return this;
  }

  Settings lasting() {
    lasting = true;
    return this;
  }

  ConnectionSettings build() {
    return new ConnectionSettings(region, profile, endpoint, role, timeout, environment, lasting);
  }

  BedrockInvoker connect() {
    return BedrockInvoker.connect(build());
  }

  Answer invoke() {
    return invoke(BODY, () -> {});
  }

  Answer invoke(byte[] body, CallListener listener) {
    try (BedrockInvoker invoker = connect()) {
      return invoker.invoke(MODEL, body, listener);
    }
  }

  /** What keeps a call from going well. */
  <T extends SdxlGenException> T failure(Class<T> type) {
    T failure = catchThrowableOfType(type, this::invoke);
    assertThat(failure).as("a failure").isNotNull();
    return failure;
  }
}
