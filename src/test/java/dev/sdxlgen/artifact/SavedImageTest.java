package dev.sdxlgen.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SavedImageTest {

  @TempDir Path folder;

  /** FIPS 180-2, B.1 and B.3. */
  @Test
  void tellsTheFilesSha256() throws IOException {
    Path abc = Files.writeString(folder.resolve("abc"), "abc");
    Path million = Files.writeString(folder.resolve("million"), "a".repeat(1_000_000));

    assertThat(new SavedImage(abc, abc, 3, null, null, null, null).sha256())
        .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assertThat(new SavedImage(million, million, 1_000_000, null, null, null, null).sha256())
        .isEqualTo("cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
  }

  @Test
  void tellsTheSha256ItWasGivenOfWhatCannotBeReadAgain() throws IOException {
    Path gone = folder.resolve("gone");

    assertThat(new SavedImage(gone, gone, 3, null, null, null, "feed").sha256()).isEqualTo("feed");
    assertThatThrownBy(() -> new SavedImage(gone, gone, 3, null, null, null, null).sha256())
        .isInstanceOf(NoSuchFileException.class);
  }
}
