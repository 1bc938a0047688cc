package dev.sdxlgen.bedrock;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import java.util.zip.GZIPInputStream;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpResponse;

/**
 * Sees how far a call got, which the SDK doesn't tell: whether the request was sent whole, so that
 * it may have been billed; when the answer begins; and whether it was cut off. And it keeps the
 * answer: the SDK would copy 4 MB several times in pieces of 4 KB, for 10 ms more.
 */
final class ObservedHttpClient implements SdkHttpClient {

  private static final String LENGTH = "Content-Length";
  private static final String CODING = "Content-Encoding";

  /** The SDK compares it (its Crc32Validation). */
  private static final String CHECKSUM = "x-amz-crc32";

  /** The sync client makes its call on the caller's thread. */
  private final ThreadLocal<Call> calls = new ThreadLocal<>();

  private final SdkHttpClient http;
  private final Runnable connected;
  private final BufferPool buffers = new BufferPool();

  /**
   * @param connected run when a call has its connection, before its listener hears that it goes out
   */
  ObservedHttpClient(SdkHttpClient http, Runnable connected) {
    this.http = http;
    this.connected = connected;
  }

  /** What becomes of the next call that this thread makes. */
  Call observe(CallListener listener) {
    Call call = new Call(listener, connected, buffers);
    calls.set(call);
    return call;
  }

  @Override
  public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
    Call call = calls.get();
    ExecutableHttpRequest prepared = http.prepareRequest(watched(request, call::sending));
    return new ExecutableHttpRequest() {
      @Override
      public HttpExecuteResponse call() throws IOException {
        call.ready();
        HttpExecuteResponse response = prepared.call();
        if (!response.httpResponse().isSuccessful()) {
          // What an error says is for the SDK to read.
          return HttpExecuteResponse.builder()
              .response(response.httpResponse())
              .responseBody(response.responseBody().map(call::arriving).orElse(null))
              .build();
        }
        call.listener.answering();
        AbortableInputStream answer = response.responseBody().orElse(null);
        SdkHttpResponse head = response.httpResponse();
        if (answer != null) {
          call.keep(answer, contentLength(head));
          head = call.withoutCoding(head);
        }
        return HttpExecuteResponse.builder()
            .response(head)
            .responseBody(AbortableInputStream.createEmpty())
            .build();
      }

      @Override
      public void abort() {
        prepared.abort();
      }
    };
  }

  /**
   * The same request, which hears of it when its body is asked for: there is a connection then.
   *
   * @param sending takes the body, and gives what is sent
   */
  static HttpExecuteRequest watched(
      HttpExecuteRequest request, UnaryOperator<InputStream> sending) {
    ContentStreamProvider body = request.contentStreamProvider().orElse(null);
    if (body == null) {
      return request;
    }
    return HttpExecuteRequest.builder()
        .request(request.httpRequest())
        .contentStreamProvider(() -> sending.apply(body.newStream()))
        .metricCollector(request.metricCollector().orElse(null))
        .build();
  }

  @Override
  public void close() {
    http.close();
  }

  @Override
  public String clientName() {
    return http.clientName();
  }

  /** How long the answer says that it is; -1 when it doesn't. */
  static long contentLength(SdkHttpResponse response) {
    try {
      return response.firstMatchingHeader(LENGTH).map(Long::parseLong).orElse(-1L);
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  /** One call's fate. */
  static final class Call {

    /** What is asked of memory on an answer's word alone: more than any answer with images. */
    private static final int MOST_AT_ONCE = 64 << 20;

    private static final int LEAST_AT_ONCE = 64 << 10;

    /** What is read of an answer: several times as much as any has. */
    private static final int MOST = 2 * MOST_AT_ONCE;

    private final CallListener listener;
    private final Runnable connected;
    private final BufferPool buffers;
    private RuntimeException refusal;
    private boolean sent;
    private boolean cutOff;
    private byte[] answer;
    private int length;

    private Call(CallListener listener, Runnable connected, BufferPool buffers) {
      this.listener = listener;
      this.connected = connected;
      this.buffers = buffers;
    }

    private void ready() {
      try {
        listener.ready();
      } catch (RuntimeException e) {
        refusal = e;
        throw e;
      }
    }

    /** Throws what the listener threw to keep the request from being sent, which the SDK wraps. */
    void throwRefusal() {
      if (refusal != null) {
        throw refusal;
      }
    }

    /** Whether the whole request was handed to the network: Bedrock may have made the image. */
    boolean wasSent() {
      return sent;
    }

    /** The good answer, as far as it came; empty when there is none. */
    Answer answer(String requestId) {
      return answer == null
          ? Answer.of(new byte[0], requestId)
          : new Answer(answer, length, buffers, requestId);
    }

    private void keep(AbortableInputStream body, long promised) {
      byte[] bytes = buffers.take((int) Math.min(MOST_AT_ONCE, Math.max(LEAST_AT_ONCE, promised)));
      try {
        while (true) {
          if (length == bytes.length) {
            int more = body.read();
            if (more < 0) {
              break;
            }
            if (length == MOST) {
              cutOff = true;
              break;
            }
            bytes = Arrays.copyOf(bytes, Math.min(MOST, 2 * length));
            bytes[length++] = (byte) more;
          }
          int read = body.read(bytes, length, bytes.length - length);
          if (read < 0) {
            break;
          }
          length += read;
        }
      } catch (IOException e) {
        cutOff = true;
      }
      answer = bytes;
      try {
        body.close();
      } catch (IOException e) {
        // All that comes of it is here.
      }
      if (isWhole(promised)) {
        listener.answered();
      }
    }

    /**
     * Undoes a compression that nobody asked for, a proxy's say, and gives the headers without what
     * was told of it, or of a checksum: the SDK would look for that in the body which it doesn't
     * get. What isn't what it says stays as it came.
     */
    private SdkHttpResponse withoutCoding(SdkHttpResponse head) {
      String coding = head.firstMatchingHeader(CODING).orElse(null);
      if (coding == null && head.firstMatchingHeader(CHECKSUM).isEmpty()) {
        return head;
      }
      SdkHttpResponse.Builder rest = head.toBuilder().removeHeader(CODING).removeHeader(CHECKSUM);
      if ("gzip".equalsIgnoreCase(coding) && isWhole(contentLength(head)) && unzip()) {
        rest.removeHeader(LENGTH);
      }
      return rest.build();
    }

    private boolean unzip() {
      try (var zipped = new GZIPInputStream(new ByteArrayInputStream(answer, 0, length))) {
        byte[] bytes = zipped.readNBytes(MOST_AT_ONCE);
        if (zipped.read() >= 0) {
          return false;
        }
        answer = bytes;
        length = bytes.length;
        return true;
      } catch (IOException e) {
        return false;
      }
    }

    /** Whether a good answer came, be it cut off. */
    boolean isAnswered() {
      return answer != null;
    }

    /** Whether the answer is as long as it says, where it does. */
    boolean isWhole(long promised) {
      return !cutOff && promised <= length;
    }

    private InputStream sending(InputStream body) {
      connected.run();
      listener.goingOut();
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
