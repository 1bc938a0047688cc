package dev.sdxlgen.cli;

import static dev.sdxlgen.cli.BatchDisplay.count;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import dev.sdxlgen.batch.BatchImages;
import dev.sdxlgen.batch.PlannedImage;
import dev.sdxlgen.request.GenerationRequest;
import dev.sdxlgen.request.RequestBuilder;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;

/** What a batch would do. */
final class BatchPlan {

  private static final JsonFactory JSON =
      JsonFactory.builder().enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8).build();

  private BatchPlan() {}

  /** Prints it: how many images of which model, what for and how long; or with json, each body. */
  static void print(
      BatchImages images,
      BatchItems items,
      BatchNames names,
      BatchOptions options,
      boolean json,
      Console console) {
    Cost cost = new Cost(false);
    for (PlannedImage image; (image = images.next()) != null; ) {
      if (json) {
        console.out().print(line(image, items, names));
      } else {
        cost.add(BatchItems.model(image));
      }
    }
    if (!json) {
      console.out().print(text(images, cost, options));
    }
  }

  private static String line(PlannedImage image, BatchItems items, BatchNames names) {
    GenerationRequest request = items.request(image);
    StringWriter text = new StringWriter();
    try (JsonGenerator line = JSON.createGenerator(text)) {
      line.writeStartObject();
      line.writeStringField("id", image.id());
      line.writeStringField("file", names.shown(names.name(image, request)));
      line.writeStringField("model", request.modelId());
      line.writeFieldName("request");
      line.writeRawValue(new String(RequestBuilder.body(request), StandardCharsets.UTF_8));
      line.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text + "\n";
  }

  private static String text(BatchImages images, Cost cost, BatchOptions options) {
    StringBuilder text = new StringBuilder();
    long left = cost.images().values().stream().mapToLong(Long::longValue).sum();
    text.append(count(left)).append(left == 1 ? " image" : " images").append(" to make");
    if (images.doneBefore() > 0) {
      text.append(", ").append(count(images.doneBefore())).append(" done before");
    }
    text.append('\n');
    for (Map.Entry<String, Long> model : cost.images().entrySet()) {
      BigDecimal price = cost.price(model.getKey());
      text.append(count(model.getValue())).append(" from ").append(model.getKey());
      text.append(
          price == null
              ? ", price unknown"
              : " at "
                  + Cost.dollars(price)
                  + " (per "
                  + cost.basis(model.getKey())
                  + "): "
                  + Cost.dollars(price.multiply(BigDecimal.valueOf(model.getValue()))));
      text.append('\n');
    }
    if (cost.images().size() > 1 && cost.total() != null) {
      text.append(cost.total()).append(" in all\n");
    }
    text.append(
        options.rate() == Double.POSITIVE_INFINITY
            ? "as fast as the account allows; --rate 60/min tells how long at that rate\n"
            : "at least "
                + BatchDisplay.time(Duration.ofMillis((long) (left / options.shardRate() * 1000)))
                + " at the rate given\n");
    return text.toString();
  }
}
