package dev.sdxlgen.bedrock;

import java.time.Duration;
import software.amazon.awssdk.retries.api.AcquireInitialTokenRequest;
import software.amazon.awssdk.retries.api.AcquireInitialTokenResponse;
import software.amazon.awssdk.retries.api.RecordSuccessRequest;
import software.amazon.awssdk.retries.api.RecordSuccessResponse;
import software.amazon.awssdk.retries.api.RefreshRetryTokenRequest;
import software.amazon.awssdk.retries.api.RefreshRetryTokenResponse;
import software.amazon.awssdk.retries.api.RetryStrategy;
import software.amazon.awssdk.retries.api.RetryToken;
import software.amazon.awssdk.retries.api.TokenAcquisitionFailedException;

/**
 * The SDK makes each call once: retries are ours, it would repeat what may have been billed. Its
 * own strategy for that brings 60 classes for those that do retry, and words each failure in a way
 * that reads Java's tables of numbers, 20 ms.
 */
final class NoRetries implements RetryStrategy {

  private static final RetryToken TOKEN = new RetryToken() {};

  @Override
  public AcquireInitialTokenResponse acquireInitialToken(AcquireInitialTokenRequest request) {
    return AcquireInitialTokenResponse.create(TOKEN, Duration.ZERO);
  }

  @Override
  public RefreshRetryTokenResponse refreshRetryToken(RefreshRetryTokenRequest request) {
    throw new TokenAcquisitionFailedException("no retries", TOKEN, request.failure());
  }

  @Override
  public RecordSuccessResponse recordSuccess(RecordSuccessRequest request) {
    return RecordSuccessResponse.create(TOKEN);
  }

  @Override
  public int maxAttempts() {
    return 1;
  }

  /** The SDK asks for it where a plugin or a call changes the strategy: none of ours does. */
  @Override
  public Builder<?, ?> toBuilder() {
    throw new UnsupportedOperationException("there is nothing to change");
  }
}
