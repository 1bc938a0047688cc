package dev.sdxlgen.bedrock;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

class TlsSocketsTest {

  @Test
  void aQuickOfferIsChaCha20() {
    assertThat(
            TlsSockets.quick(
                "TLS_AES_256_GCM_SHA384",
                "TLS_CHACHA20_POLY1305_SHA256",
                "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
                "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256"))
        .containsExactly(
            "TLS_CHACHA20_POLY1305_SHA256", "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");
  }

  @Test
  void whereThereIsNoChaCha20AllIsOffered() {
    assertThat(TlsSockets.quick("TLS_AES_256_GCM_SHA384", "TLS_AES_128_GCM_SHA256"))
        .containsExactly("TLS_AES_256_GCM_SHA384", "TLS_AES_128_GCM_SHA256");
  }

  @Test
  void aQuickOfferNarrowsNoProtocol() throws Exception {
    try (SSLSocket own = (SSLSocket) SSLContext.getDefault().getSocketFactory().createSocket();
        SSLSocket ours = socket(true)) {
      assertThat(ours.getEnabledCipherSuites())
          .isNotEmpty()
          .allMatch(suite -> suite.contains("CHACHA20"));
      assertThat(ours.getEnabledProtocols()).isEqualTo(own.getEnabledProtocols());
    }
  }

  @Test
  @EnabledForJreRange(minVersion = 20)
  void aQuickOfferIsOneCurve() throws Exception {
    try (SSLSocket ours = socket(true)) {
      assertThat(curves(ours.getSSLParameters())).containsExactly("x25519");
    }
  }

  @Test
  @EnabledForJreRange(max = JRE.JAVA_19)
  void olderJavasChooseNoCurve() {
    assertThat(TlsSockets.choosesCurve()).isFalse();
  }

  @Test
  void anotherOfferIsAllThatTheJdkOffers() throws Exception {
    try (SSLSocket own = (SSLSocket) SSLContext.getDefault().getSocketFactory().createSocket();
        SSLSocket ours = socket(false)) {
      assertThat(ours.getEnabledCipherSuites()).isEqualTo(own.getEnabledCipherSuites());
      assertThat(ours.getEnabledProtocols()).isEqualTo(own.getEnabledProtocols());
    }
  }

  private static String[] curves(SSLParameters parameters)
      throws NoSuchMethodException, IllegalAccessException, InvocationTargetException {
    return (String[]) SSLParameters.class.getMethod("getNamedGroups").invoke(parameters);
  }

  private static SSLSocket socket(boolean quick) throws IOException {
    return Tls.connected(TlsSockets.ofJava(null, EarlySocket::new, () -> quick));
  }
}
