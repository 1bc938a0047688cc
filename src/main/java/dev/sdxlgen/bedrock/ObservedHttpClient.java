package dev.sdxlgen.bedrock;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;

/**
 * Sees how far a call got, which the SDK doesn't tell: whether the request was sent whole, so that
 * it may have been billed; when the answer begins; and whether it was cut off.
 */
final class ObservedHttpClient implements SdkHttpClient {

  /** The sync client makes its call on the caller's thread. */
  private final ThreadLocal<Call> calls = new ThreadLocal<>();

  private final SdkHttpClient http;

  ObservedHttpClient(SdkHttpClient http) {
    this.http = http;
  }

  /** From now on, the calls of this thread are seen by {@code call}. */
  void observe(Call call) {
    calls.set(call);
  }

  @Override
  public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
    Call call = calls.get();
    ContentStreamProvider body = request.contentStreamProvider().orElse(null);
    ExecutableHttpRequest prepared =
        http.prepareRequest(
            HttpExecuteRequest.builder()
                .request(request.httpRequest())
                .contentStreamProvider(body == null ? null : () -> call.sending(body.newStream()))
                .metricCollector(request.metricCollector().orElse(null))
                .build());
    return new ExecutableHttpRequest() {
      @Override
      public HttpExecuteResponse call() throws IOException {
        HttpExecuteResponse response = prepared.call();
        if (response.httpResponse().isSuccessful()) {
          call.answering.run();
        }
        return HttpExecuteResponse.builder()
            .response(response.httpResponse())
            .responseBody(response.responseBody().map(call::arriving).orElse(null))
            .build();
      }

      @Override
      public void abort() {
        prepared.abort();
      }
    };
  }

  @Override
  public void close() {
    http.close();
  }

  @Override
  public String clientName() {
    return http.clientName();
  }

  /** One call's fate. */
  static final class Call {

    private final Runnable answering;
    private boolean sent;
    private boolean cutOff;

    /**
     * @param answering told when a good answer begins to arrive
     */
    Call(Runnable answering) {
      this.answering = answering;
    }

    /** Whether the whole request was handed to the network: Bedrock may have made the image. */
    boolean wasSent() {
      return sent;
    }

    /** Whether the answer broke off; what came of it was given to the SDK as if it were whole. */
    boolean wasCutOff() {
      return cutOff;
    }

    private InputStream sending(InputStream body) {
      return new FilterInputStream(body) {
        @Override
        public int read() throws IOException {
          return seen(super.read());
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
          return seen(super.read(bytes, offset, length));
        }

        private int seen(int read) {
          sent |= read < 0;
          return read;
        }
      };
    }

    private AbortableInputStream arriving(AbortableInputStream body) {
      return AbortableInputStream.create(
          new FilterInputStream(body) {
            @Override
            public int read() throws IOException {
              try {
                return super.read();
              } catch (IOException e) {
                cutOff = true;
                return -1;
              }
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
              try {
                return super.read(bytes, offset, length);
              } catch (IOException e) {
                cutOff = true;
                return -1;
              }
            }
          },
          body);
    }
  }
}
