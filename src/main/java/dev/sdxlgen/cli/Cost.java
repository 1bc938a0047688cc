package dev.sdxlgen.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.sdxlgen.request.model.ModelTable;
import java.math.BigDecimal;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** What images cost, at the prices of the table of models. Thread-safe. */
final class Cost {

  private final ModelTable table = ModelTable.read();
  private final Map<String, Long> images = new TreeMap<>();
  private final boolean free;

  /**
   * @param free whether nothing is paid for
   */
  Cost(boolean free) {
    this.free = free;
  }

  /** One more image of a model. */
  synchronized void add(String model) {
    images.merge(model, 1L, Long::sum);
  }

  /** How many images of which model. */
  synchronized Map<String, Long> images() {
    return new TreeMap<>(images);
  }

  /** What one image costs, in US dollars; null when the table doesn't say. */
  BigDecimal price(String model) {
    JsonNode usd = node(model, "/price/usd");
    return usd.isNumber() ? usd.decimalValue() : null;
  }

  /** What the price is for, and of which day: {@code image of up to 50 steps, 2024-03-13}. */
  String basis(String model) {
    String day = node(model, "/price/as_of").asText("");
    return node(model, "/price/per").asText()
        + (day.isEmpty() || day.equals("null") ? "" : ", " + day);
  }

  private JsonNode node(String model, String path) {
    ModelTable.Entry entry = table.find(model);
    return entry == null ? MissingNode.getInstance() : entry.json().at(path);
  }

  /** All of them: {@code $39.88}; null when there is no price to go by. */
  String total() {
    if (free) {
      return null;
    }
    BigDecimal sum = BigDecimal.ZERO;
    long unknown = 0;
    for (Map.Entry<String, Long> model : images().entrySet()) {
      BigDecimal price = price(model.getKey());
      if (price == null) {
        unknown += model.getValue();
      } else {
        sum = sum.add(price.multiply(BigDecimal.valueOf(model.getValue())));
      }
    }
    if (sum.signum() == 0) {
      return null;
    }
    return dollars(sum)
        + (unknown == 0
            ? ""
            : " and " + unknown + (unknown == 1 ? " image" : " images") + " of unknown price");
  }

  /** {@code $0.04}, {@code $1,234.50}. */
  static String dollars(BigDecimal amount) {
    return "$" + String.format(Locale.ROOT, "%,.2f", amount);
  }
}
