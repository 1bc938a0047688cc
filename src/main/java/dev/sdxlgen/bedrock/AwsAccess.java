package dev.sdxlgen.bedrock;

import dev.sdxlgen.SdxlGenException;
import dev.sdxlgen.SdxlGenException.Credentials;
import dev.sdxlgen.SdxlGenException.InvalidRequest;
import java.net.URI;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.retries.api.RetryStrategy;

/**
 * What a client of another AWS service has in common with Bedrock's: who calls, in which region,
 * and over what connection.
 */
public final class AwsAccess {

  private final ConnectionSettings settings;
  private final ClientFactory factory;

  public AwsAccess(ConnectionSettings settings) {
    this.settings = settings;
    this.factory = new ClientFactory(settings);
  }

  /**
   * Gives a client's builder region, credentials, profile, proxy, time-outs and trusted
   * authorities. The endpoint, which is the service's own, is left to the caller.
   *
   * @throws InvalidRequest when there is no region
   * @throws Credentials when nobody can be signed as
   */
  public <B extends AwsClientBuilder<B, C> & AwsSyncClientBuilder<B, C>, C> B configure(
      B client, RetryStrategy retries) {
    return factory.configure(client, retries);
  }

  /**
   * Where a service is, when the environment says so: its own variable, then AWS_ENDPOINT_URL; null
   * when neither does.
   *
   * @throws InvalidRequest when that isn't the URL of a server
   */
  public URI endpoint(String variable) {
    String name = settings.env(variable) != null ? variable : "AWS_ENDPOINT_URL";
    String url = settings.env(name);
    return url == null ? null : ConnectionSettings.url(name, url);
  }

  /** Whether an endpoint's variable is set to nothing, which the SDK would take for a URL. */
  public boolean hasEmptyEndpoint(String variable) {
    return factory.hasEmpty(variable);
  }

  /** The region's name. */
  public String region() {
    return factory.region().id();
  }

  /** Whether the profile sends services elsewhere than to AWS. */
  public boolean hasProfileEndpoint() {
    return factory.hasProfileEndpoint();
  }

  /** What is wrong with who calls, whatever is called; null when that is all right. */
  public SdxlGenException refusal(AwsServiceException e) {
    return factory.errors().ofCaller(e);
  }

  /** One line of what a service said, with nothing in it that signs. */
  public String said(AwsServiceException e) {
    return factory.errors().message(e);
  }

  /** The same of any other text. */
  public String clean(String text) {
    return factory.errors().clean(text);
  }
}
