package dev.sdxlgen.bedrock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import dev.sdxlgen.SdxlGenException.InvalidRequest;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.X509ExtendedTrustManager;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** For which hosts a certificate is good that is trusted. */
class HostTrustTest {

  private static final String HOST = "bedrock-runtime.us-east-1.amazonaws.com";
  private static final int DNS = 2;
  private static final int IP = 7;

  private final X509ExtendedTrustManager trust = mock(X509ExtendedTrustManager.class);
  private final Authorities authorities = mock(Authorities.class);
  private final HostTrust host = new HostTrust(authorities);
  private final SSLEngine engine = mock(SSLEngine.class);
  private final SSLSocket socket = mock(SSLSocket.class);
  private final SSLParameters parameters = new SSLParameters();

  @BeforeEach
  void trust() {
    when(authorities.named(any())).thenReturn(trust);
    host.of(socket);
  }

  @ParameterizedTest
  @CsvSource({
    "bedrock-runtime.us-east-1.amazonaws.com, bedrock-runtime.us-east-1.amazonaws.com",
    "BEDROCK-Runtime.us-east-1.amazonaws.com, bedrock-runtime.US-EAST-1.amazonaws.com",
    "*.us-east-1.amazonaws.com,               bedrock-runtime.us-east-1.amazonaws.com",
    "other.example.com/localhost,             localhost",
    "127.0.0.1,                               127.0.0.1",
    "localhost/127.0.0.1,                     127.0.0.1",
  })
  void takesACertificateForTheHost(String names, String host) throws CertificateException {
    assertThatCode(() -> check(certificate(names), host)).doesNotThrowAnyException();

    verify(trust, never()).checkServerTrusted(any(), any(), any(SSLEngine.class));
  }

  @ParameterizedTest
  @CsvSource({
    "bedrock.us-east-1.amazonaws.com,    bedrock-runtime.us-east-1.amazonaws.com",
    "us-east-1.amazonaws.com,            bedrock-runtime.us-east-1.amazonaws.com",
    "*.amazonaws.com,                    bedrock-runtime.us-east-1.amazonaws.com",
    "*.us-east-1.amazonaws.com,          us-east-1.amazonaws.com",
    "bedrock-*.us-east-1.amazonaws.com,  bedrock-runtime.us-east-1.amazonaws.com",
    "*,                                  localhost",
    "*.com,                              example.com",
    "*.0.0.1,                            127.0.0.1",
    "localhost,                          127.0.0.1",
    "127.0.0.1,                          127.0.0.2",
    "example.com,                        example.com.evil.org",
    "localhost,                          localhost@evil.org",
    "localhost,                          ''",
  })
  void refusesACertificateForAnotherHost(String names, String host) throws CertificateException {
    assertRefused(certificate(names), host);
  }

  @Test
  void asksJavaAboutACertificateWithoutAlternativeNames() throws CertificateException {
    X509Certificate certificate = mock(X509Certificate.class);

    assertThatCode(() -> check(certificate, HOST)).doesNotThrowAnyException();

    verify(trust).checkServerTrusted(new X509Certificate[] {certificate}, "RSA", engine);
    assertThat(parameters.getEndpointIdentificationAlgorithm()).isEqualTo("HTTPS");
  }

  @Test
  void refusesWhatNobodyTrusts() throws CertificateException {
    doThrow(new CertificateException("not by these"))
        .when(trust)
        .checkServerTrusted(any(), any(), any(SSLSocket.class));
    CertificateException untrusted = new CertificateException("not trusted");
    X509ExtendedTrustManager all = mock(X509ExtendedTrustManager.class);
    doThrow(untrusted).when(all).checkServerTrusted(any(), any(), any(SSLSocket.class));
    when(authorities.all()).thenReturn(all);

    X509Certificate certificate = certificate(HOST);

    assertThatThrownBy(() -> check(certificate, HOST)).isSameAs(untrusted);
  }

  @Test
  void asksAllWhereThoseThatAreNamedDoNotTrust() throws CertificateException {
    doThrow(new CertificateException("not by these"))
        .when(trust)
        .checkServerTrusted(any(), any(), any(SSLSocket.class));
    X509ExtendedTrustManager all = mock(X509ExtendedTrustManager.class);
    when(authorities.all()).thenReturn(all);
    X509Certificate certificate = certificate(HOST);

    check(certificate, HOST);

    verify(all).checkServerTrusted(new X509Certificate[] {certificate}, "RSA", socket);
    doThrow(new CertificateException("another name"))
        .when(all)
        .checkServerTrusted(any(), any(), any(SSLEngine.class));
    assertThatThrownBy(() -> check(certificate, "example.com"))
        .hasMessage("HTTPS hostname wrong: should be <example.com>");
  }

  @Test
  void asksAllWhereNobodyIsNamed() throws CertificateException {
    X509ExtendedTrustManager all = mock(X509ExtendedTrustManager.class);
    when(authorities.named(any())).thenReturn(null);
    when(authorities.all()).thenReturn(all);
    X509Certificate certificate = certificate(HOST);

    check(certificate, HOST);

    verify(all).checkServerTrusted(new X509Certificate[] {certificate}, "RSA", socket);
  }

  @Test
  void saysThatTheyCanNotBeRead() throws CertificateException {
    when(authorities.named(any())).thenReturn(null);
    when(authorities.all()).thenThrow(new InvalidRequest("they can't be read", "Mend them"));
    X509Certificate certificate = certificate(HOST);

    assertThatThrownBy(() -> check(certificate, HOST))
        .isInstanceOf(CertificateException.class)
        .hasMessage("they can't be read");
  }

  /** Conscrypt's word for a key exchange of TLS 1.3, which Java's managers don't know. */
  @Test
  void speaksJavasLanguage() throws CertificateException {
    X509Certificate certificate = certificate(HOST);
    when(engine.getPeerHost()).thenReturn(HOST);

    host.checkServerTrusted(new X509Certificate[] {certificate}, "GENERIC", engine);

    verify(trust).checkServerTrusted(new X509Certificate[] {certificate}, "UNKNOWN", socket);
  }

  /** Without the connection, Java wouldn't ask what is good enough for TLS. */
  @Test
  void trustsNobodyOnAConnectionThatItDoesNotKnow() throws CertificateException {
    X509Certificate certificate = certificate(HOST);
    when(engine.getPeerHost()).thenReturn(HOST);

    assertThatThrownBy(
            () ->
                new HostTrust(authorities)
                    .checkServerTrusted(new X509Certificate[] {certificate}, "RSA", engine))
        .isInstanceOf(NullPointerException.class);
  }

  @Test
  void refusesWhereTheHostIsNotKnown() throws CertificateException {
    X509Certificate[] chain = {certificate(HOST)};

    assertRefused(chain[0], null);
    assertThatThrownBy(() -> host.checkServerTrusted(chain, "RSA"))
        .isInstanceOf(CertificateException.class);
    assertThatThrownBy(() -> host.checkServerTrusted(chain, "RSA", mock(SSLSocket.class)))
        .isInstanceOf(CertificateException.class);
  }

  @Test
  void trustsNoClients() throws CertificateException {
    X509Certificate[] chain = {certificate(HOST)};

    assertThatThrownBy(() -> host.checkClientTrusted(chain, "RSA"))
        .isInstanceOf(CertificateException.class);
    assertThatThrownBy(() -> host.checkClientTrusted(chain, "RSA", mock(SSLSocket.class)))
        .isInstanceOf(CertificateException.class);
    assertThatThrownBy(() -> host.checkClientTrusted(chain, "RSA", engine))
        .isInstanceOf(CertificateException.class);
  }

  /** By Java too. */
  private void assertRefused(X509Certificate certificate, String name) throws CertificateException {
    CertificateException refusal = new CertificateException("No name matching it found");
    doThrow(refusal).when(trust).checkServerTrusted(any(), any(), any(SSLEngine.class));

    assertThatThrownBy(() -> check(certificate, name))
        .isInstanceOf(CertificateException.class)
        .hasMessage("HTTPS hostname wrong: should be <" + name + ">")
        .hasCause(refusal);
  }

  private void check(X509Certificate certificate, String name) throws CertificateException {
    when(engine.getPeerHost()).thenReturn(name);
    when(engine.getSSLParameters()).thenReturn(parameters);

    host.checkServerTrusted(new X509Certificate[] {certificate}, "RSA", engine);
  }

  /** One for these names, numbers among them. */
  private static X509Certificate certificate(String names) throws CertificateException {
    List<List<?>> all = new ArrayList<>();
    for (String name : names.split("/")) {
      all.add(List.of(Character.isDigit(name.charAt(name.length() - 1)) ? IP : DNS, name));
    }
    X509Certificate certificate = mock(X509Certificate.class);
    when(certificate.getSubjectAlternativeNames()).thenReturn(all);
    return certificate;
  }
}
