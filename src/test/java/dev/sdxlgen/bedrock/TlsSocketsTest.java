package dev.sdxlgen.bedrock;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;

class TlsSocketsTest {

  @Test
  void offersChaCha20First() {
    assertThat(
            TlsSockets.ordered(
                "TLS_AES_256_GCM_SHA384",
                "TLS_AES_128_GCM_SHA256",
                "TLS_CHACHA20_POLY1305_SHA256",
                "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
                "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256"))
        .containsExactly(
            "TLS_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
            "TLS_AES_256_GCM_SHA384",
            "TLS_AES_128_GCM_SHA256",
            "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384");
  }

  @Test
  void offersAllThatTheJdkOffers() throws Exception {
    try (SSLSocket own = (SSLSocket) SSLContext.getDefault().getSocketFactory().createSocket();
        SSLSocket ours = socket()) {
      assertThat(ours.getEnabledCipherSuites())
          .containsExactlyInAnyOrder(own.getEnabledCipherSuites());
      assertThat(ours.getEnabledProtocols()).isEqualTo(own.getEnabledProtocols());
    }
  }

  private static SSLSocket socket() throws IOException {
    return (SSLSocket) new TlsSockets(null).createSocket();
  }
}
