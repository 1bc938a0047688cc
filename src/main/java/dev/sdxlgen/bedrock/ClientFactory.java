package dev.sdxlgen.bedrock;

import static dev.sdxlgen.bedrock.ConnectionSettings.either;

import dev.sdxlgen.SdxlGenException.Credentials;
import dev.sdxlgen.SdxlGenException.InvalidRequest;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.ProfileCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.auth.token.credentials.SdkTokenProvider;
import software.amazon.awssdk.auth.token.credentials.StaticTokenProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.awscore.defaultsmode.DefaultsMode;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.core.retry.RetryUtils;
import software.amazon.awssdk.profiles.Profile;
import software.amazon.awssdk.profiles.ProfileFile;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.regions.ServiceMetadata;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.retries.StandardRetryStrategy;
import software.amazon.awssdk.retries.api.RetryStrategy;
import software.amazon.awssdk.services.bedrock.BedrockClient;
import software.amazon.awssdk.services.bedrock.BedrockClientBuilder;
import software.amazon.awssdk.services.bedrock.auth.scheme.BedrockAuthSchemeProvider;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClientBuilder;
import software.amazon.awssdk.services.bedrockruntime.auth.scheme.BedrockRuntimeAuthSchemeProvider;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.StsClientBuilder;
import software.amazon.awssdk.services.sts.auth.StsAssumeRoleCredentialsProvider;

/**
 * Builds the SDK client from what the AWS CLI would look at too. Whatever is known is given to the
 * SDK, because looking for it costs: about 125 ms when it has to find everything by itself, 15 ms
 * when it is told.
 */
final class ClientFactory {

  private static final String DEFAULT_PROFILE = "default";

  /** With none the SDK gets all those that it knows of ready, to close them. */
  private static final SdkTokenProvider NO_TOKEN =
      () -> {
        throw new IllegalStateException("calls are signed");
      };

  private final ConnectionSettings settings;
  private final String profileName;
  private ProfileFile profileFile;

  ClientFactory(ConnectionSettings settings) {
    this.settings = settings;
    this.profileName =
        either(either(settings.profile(), settings.env("AWS_PROFILE")), DEFAULT_PROFILE);
  }

  /**
   * @throws InvalidRequest when there is no region
   * @throws Credentials when nobody can be signed as
   */
  BedrockInvoker invoker() {
    checkProfile();
    Region region = region();
    ErrorTranslation errors = new ErrorTranslation(settings, region.id());
    Connections connections = new Connections(settings);
    // A server that serves one connection at a time would wait for what isn't used.
    ObservedHttpClient http = new ObservedHttpClient(connections.client(), connections::close);
    BedrockRuntimeClientBuilder client =
        BedrockRuntimeClient.builder()
            .region(region)
            .httpClient(http)
            .defaultsMode(DefaultsMode.LEGACY)
            .overrideConfiguration(
                ClientOverrideConfiguration.builder()
                    .retryStrategy(new NoRetries())
                    .defaultProfileFile(profileFile())
                    .defaultProfileName(profileName)
                    .build());
    URI endpoint = settings.endpoint();
    if (endpoint == null && hasEmpty("AWS_ENDPOINT_URL_BEDROCK_RUNTIME")) {
      endpoint = standard(BedrockRuntimeClient.serviceMetadata(), region);
    }
    if (endpoint != null) {
      client.endpointOverride(endpoint);
    }
    String bearer = bearer();
    AwsCredentialsProvider credentials = null;
    if (bearer != null) {
      client
          .tokenProvider(StaticTokenProvider.create(() -> bearer))
          // As for NO_TOKEN.
          .credentialsProvider(AnonymousCredentialsProvider.create())
          .authSchemeProvider(
              BedrockRuntimeAuthSchemeProvider.defaultProvider(List.of("httpBearerAuth")));
    } else {
      credentials = credentials(region, errors);
      client
          .credentialsProvider(credentials)
          .tokenProvider(NO_TOKEN)
          .authSchemeProvider(BedrockRuntimeAuthSchemeProvider.defaultProvider())
          .putAuthScheme(new SignatureV4());
    }
    Caller caller = new Caller(region.id(), endpoint, bearer, credentials);
    URI likely = endpoint == null ? usual(region) : endpoint;
    if (likely != null && !settings.lasting()) {
      connections.connectEarly(likely);
    }
    return new BedrockInvoker(client.build(), http, connections, errors, caller);
  }

  /** What an error of a call means. */
  ErrorTranslation errors() {
    checkProfile();
    return new ErrorTranslation(settings, region().id());
  }

  /**
   * The control plane's client.
   *
   * @throws InvalidRequest when there is no region
   * @throws Credentials when nobody can be signed as
   */
  BedrockClient controlPlane() {
    Region region = region();
    BedrockClientBuilder client =
        BedrockClient.builder()
            .region(region)
            .httpClient(new Connections(settings).client())
            .defaultsMode(DefaultsMode.LEGACY)
            .overrideConfiguration(
                ClientOverrideConfiguration.builder()
                    // The SDK's own would wait four times for an answer that never comes.
                    .retryStrategy(passingFailures().build())
                    .defaultProfileFile(profileFile())
                    .defaultProfileName(profileName)
                    .build());
    URI endpoint = settings.endpoint();
    if (endpoint == null && hasEmpty("AWS_ENDPOINT_URL_BEDROCK")) {
      endpoint = standard(BedrockClient.serviceMetadata(), region);
    }
    if (endpoint != null) {
      client.endpointOverride(endpoint);
    }
    String bearer = bearer();
    if (bearer != null) {
      client
          .tokenProvider(StaticTokenProvider.create(() -> bearer))
          .credentialsProvider(AnonymousCredentialsProvider.create())
          .authSchemeProvider(BedrockAuthSchemeProvider.defaultProvider(List.of("httpBearerAuth")));
    } else {
      client
          .credentialsProvider(credentials(region, new ErrorTranslation(settings, region.id())))
          .tokenProvider(NO_TOKEN)
          .authSchemeProvider(BedrockAuthSchemeProvider.defaultProvider());
    }
    return client.build();
  }

  /**
   * A client of another service.
   *
   * @see AwsAccess#configure
   */
  <B extends AwsClientBuilder<B, C> & AwsSyncClientBuilder<B, C>, C> B configure(
      B client, RetryStrategy retries) {
    checkProfile();
    Region region = region();
    return client
        .region(region)
        .httpClient(new Connections(settings).client())
        .defaultsMode(DefaultsMode.LEGACY)
        .credentialsProvider(credentials(region, new ErrorTranslation(settings, region.id())))
        .overrideConfiguration(
            ClientOverrideConfiguration.builder()
                .retryStrategy(retries)
                .defaultProfileFile(profileFile())
                .defaultProfileName(profileName)
                .build());
  }

  /** Whether the profile sends services elsewhere than to AWS. */
  boolean hasProfileEndpoint() {
    return hasInProfile("endpoint_url", "services");
  }

  private boolean hasInProfile(String... properties) {
    Profile profile = profileFile().profile(profileName).orElse(null);
    boolean has = false;
    for (String property : properties) {
      has |= profile != null && profile.property(property).isPresent();
    }
    return has;
  }

  /** Whether it may go better in a second: Bedrock was asked too often, or failed. */
  private static boolean isPassing(Throwable e) {
    return isThrottling(e)
        || e instanceof AwsServiceException service && service.statusCode() >= 500;
  }

  private static boolean isThrottling(Throwable e) {
    return e instanceof AwsServiceException service && RetryUtils.isThrottlingException(service);
  }

  /** The token that calls carry in place of a signature; null when they are signed. */
  private String bearer() {
    return settings.profile() == null && settings.assumeRole() == null
        ? secret("AWS_BEARER_TOKEN_BEDROCK")
        : null;
  }

  /**
   * A key or token of the environment.
   *
   * @throws Credentials when there is something in it that can't be sent: what then isn't sent
   *     would be told, value and all
   */
  private String secret(String name) {
    String value = settings.env(name);
    for (int i = 0; value != null && i < value.length(); i++) {
      if (Character.isISOControl(value.charAt(i))) {
        throw new Credentials(
            name + " has a line break in it, or another control character",
            "Was it pasted from a terminal that breaks lines? Set it anew, in one line",
            null);
      }
    }
    return value;
  }

  Region region() {
    String region = settings.region();
    if (region == null) {
      region = profileFile().profile(profileName).flatMap(p -> p.property("region")).orElse(null);
    }
    if (region == null) {
      throw new InvalidRequest(
          "there is no AWS region",
          "Give one with --region us-west-2 or in AWS_REGION; or try it without AWS: --mock");
    }
    if (!isHostLabel(region)) {
      throw new InvalidRequest(
          "'" + region + "' is not an AWS region", "For example: --region us-west-2");
    }
    return Region.of(region);
  }

  /** A region becomes a part of a host name: nothing in it may turn the call to another host. */
  private static boolean isHostLabel(String region) {
    for (int i = 0; i < region.length(); i++) {
      char c = region.charAt(i);
      if (!(c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-')) {
        return false;
      }
    }
    return !region.isEmpty() && region.length() <= 63;
  }

  private AwsCredentialsProvider credentials(Region region, ErrorTranslation errors) {
    AwsCredentialsProvider provider = ownCredentials();
    if (settings.assumeRole() != null) {
      provider = role(provider, region);
    }
    if (!(provider instanceof StaticCredentialsProvider)) {
      // The clients that the SDK makes by itself for a login look nowhere else that we could tell.
      if (System.getProperty("aws.region") == null) {
        System.setProperty("aws.region", region.id());
      }
      try {
        // Now, so that what is wrong with them is told as such. The provider keeps what it got.
        provider.resolveCredentials();
      } catch (RuntimeException e) {
        throw errors.credentials(e);
      }
    }
    return provider;
  }

  private AwsCredentialsProvider ownCredentials() {
    if (settings.profile() != null) {
      return ProfileCredentialsProvider.builder()
          .profileFile(profileFile())
          .profileName(profileName)
          .build();
    }
    String key = secret("AWS_ACCESS_KEY_ID");
    String secret = secret("AWS_SECRET_ACCESS_KEY");
    if (key != null && secret != null) {
      String token = secret("AWS_SESSION_TOKEN");
      return StaticCredentialsProvider.create(
          token == null
              ? AwsBasicCredentials.create(key, secret)
              : AwsSessionCredentials.create(key, secret, token));
    }
    return DefaultCredentialsProvider.builder()
        .profileFile(profileFile())
        .profileName(profileName)
        .build();
  }

  /** Tries again what may go better the next time. */
  private static StandardRetryStrategy.Builder passingFailures() {
    return DefaultRetryStrategy.standardStrategyBuilder()
        .useClientDefaults(false)
        .retryOnException(ClientFactory::isPassing)
        .treatAsThrottling(ClientFactory::isThrottling);
  }

  private AwsCredentialsProvider role(AwsCredentialsProvider caller, Region region) {
    StsClientBuilder sts =
        StsClient.builder()
            .region(region)
            .credentialsProvider(caller)
            .putAuthScheme(new SignatureV4())
            .httpClient(new Connections(settings).client())
            .defaultsMode(DefaultsMode.LEGACY)
            .overrideConfiguration(
                ClientOverrideConfiguration.builder()
                    // The SDK's own would read AWS_MAX_ATTEMPTS, and fail where that is empty.
                    .retryStrategy(
                        passingFailures()
                            .retryOnExceptionOrCauseInstanceOf(IOException.class)
                            .build())
                    .defaultProfileFile(profileFile())
                    .defaultProfileName(profileName)
                    .build());
    String name =
        settings.env("AWS_ENDPOINT_URL_STS") != null ? "AWS_ENDPOINT_URL_STS" : "AWS_ENDPOINT_URL";
    if (settings.env(name) != null) {
      sts.endpointOverride(ConnectionSettings.url(name, settings.env(name)));
    } else if (hasEmpty("AWS_ENDPOINT_URL_STS")) {
      sts.endpointOverride(standard(StsClient.serviceMetadata(), region));
    }
    return StsAssumeRoleCredentialsProvider.builder()
        .stsClient(sts.build())
        .refreshRequest(r -> r.roleArn(settings.assumeRole()).roleSessionName("sdxl-gen"))
        .build();
  }

  /** Whether an endpoint's variable is set to nothing, which the SDK would take for a URL. */
  boolean hasEmpty(String variable) {
    String empty = "";
    return empty.equals(settings.environment().get(variable))
        || empty.equals(settings.environment().get("AWS_ENDPOINT_URL"));
  }

  /**
   * Where the SDK will call, though in closed partitions it is another address; null when more than
   * the region says it. The SDK's own table has a class for each of 300 services.
   */
  private URI usual(Region region) {
    if (settings.env("AWS_USE_FIPS_ENDPOINT") != null
        || settings.env("AWS_USE_DUALSTACK_ENDPOINT") != null
        || hasInProfile("use_fips_endpoint", "use_dualstack_endpoint")
        || hasProfileEndpoint()) {
      return null;
    }
    String suffix = region.id().startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
    return URI.create("https://bedrock-runtime." + region.id() + "." + suffix);
  }

  private static URI standard(ServiceMetadata service, Region region) {
    return URI.create("https://" + service.endpointFor(region));
  }

  /** A profile that was named must be there, as the AWS CLI has it. */
  private void checkProfile() {
    if (profileName.equals(DEFAULT_PROFILE) || profileFile().profile(profileName).isPresent()) {
      return;
    }
    TreeSet<String> known = new TreeSet<>(profileFile().profiles().keySet());
    throw new Credentials(
        "there is no AWS profile named " + profileName,
        known.isEmpty()
            ? "aws configure --profile " + profileName + " makes it"
            : "Profiles: " + String.join(", ", known),
        null);
  }

  private ProfileFile profileFile() {
    if (profileFile == null) {
      ProfileFile.Aggregator files = ProfileFile.aggregator();
      file("AWS_SHARED_CREDENTIALS_FILE", "credentials", ProfileFile.Type.CREDENTIALS)
          .ifPresent(files::addFile);
      file("AWS_CONFIG_FILE", "config", ProfileFile.Type.CONFIGURATION).ifPresent(files::addFile);
      profileFile = files.build();
    }
    return profileFile;
  }

  private Optional<ProfileFile> file(String variable, String name, ProfileFile.Type type) {
    String given = settings.env(variable);
    String home = either(settings.env("HOME"), System.getProperty("user.home"));
    Path path = given != null ? expanded(given, home) : Path.of(home, ".aws", name);
    if (!Files.isRegularFile(path)) {
      return Optional.empty();
    }
    try {
      return Optional.of(ProfileFile.builder().content(path).type(type).build());
    } catch (RuntimeException e) {
      throw new Credentials(path + " can't be read: " + e.getMessage(), "", e);
    }
  }

  private static Path expanded(String path, String home) {
    return path.startsWith("~/") ? Path.of(home, path.substring(2)) : Path.of(path);
  }
}
