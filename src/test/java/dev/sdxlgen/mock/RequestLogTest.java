package dev.sdxlgen.mock;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class RequestLogTest {

  private final RequestLog log = new RequestLog();

  @Test
  void keepsTheLatestRequests() {
    for (int i = 0; i <= RequestLog.MOST_REQUESTS; i++) {
      log.add(request("request " + i, new byte[0]));
    }

    assertThat(log.all()).hasSize(RequestLog.MOST_REQUESTS);
    assertThat(log.all().get(0).path()).isEqualTo("request 1");
  }

  @Test
  void keepsNoMoreBodiesThanMemoryAllows() {
    byte[] body = new byte[(int) (RequestLog.MOST_BYTES / 4)];
    for (int i = 0; i < 5; i++) {
      log.add(request("request " + i, body));
    }

    assertThat(log.all()).hasSize(4);
    assertThat(log.all().get(0).path()).isEqualTo("request 1");
  }

  @Test
  void startsAgainWhenCleared() {
    byte[] body = new byte[(int) (RequestLog.MOST_BYTES / 2)];
    log.add(request("one", body));
    log.add(request("two", body));
    log.clear();

    log.add(request("three", body));
    log.add(request("four", body));

    assertThat(log.all()).hasSize(2);
  }

  private static RecordedRequest request(String path, byte[] body) {
    return new RecordedRequest("POST", path, "model", Map.of(), body);
  }
}
