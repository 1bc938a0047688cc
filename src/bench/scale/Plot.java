import java.util.Locale;
import java.util.Map;

/** Draws the two halves of the plot: how long it takes, and how many calls an image takes. */
final class Plot {

  private static final int TOP = 64;
  private static final int HEIGHT = 220;
  private static final int WIDTH = 300;
  private static final int LEFT = 56;
  private static final int RIGHT_HALF = 452;
  private static final String[] COLOURS = {"#0f9d76", "#b58900", "#3b7dd8", "#d1495b"};

  private Plot() {}

  static String svg(int[][] workers, double[] hours, double ideal, Map<String, double[]> calls) {
    StringBuilder svg = new StringBuilder();
    svg.append(
        """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 800 370" font-family="-apple-system, Segoe UI, Helvetica, Arial, sans-serif" font-size="12" role="img" aria-label="A million images over 1 to 1,000 workers that share one quota">
        <style>
          text { fill: #57606a } .title { fill: #1f2328; font-size: 15px; font-weight: 600 }
          .grid { stroke: #d8dee4 } .ideal { stroke: #57606a; stroke-dasharray: 5 4 }
          @media (prefers-color-scheme: dark) {
            text { fill: #9198a1 } .title { fill: #f0f6fc } .grid { stroke: #3d444d } .ideal { stroke: #9198a1 }
          }
        </style>
        """);
    title(svg, LEFT, "Hours for 1,000,000 images", "at 600 a minute for all; dashed: what the quota allows");
    axis(svg, LEFT, workers, new double[] {0, 10, 20, 30}, value -> value / 35, "%.0f");
    double y = y(ideal / 35);
    for (int i = 0; i < workers.length; i++) {
      double x = x(LEFT, i, workers.length);
      double top = y(hours[i] / 35);
      svg.append(
          String.format(
              Locale.ROOT,
              "<rect x='%.1f' y='%.1f' width='40' height='%.1f' rx='3' fill='%s'/>%n<text x='%.1f' y='%.1f' text-anchor='middle' style='fill:#fff'>%.1f h</text>%n",
              x - 20, top, TOP + HEIGHT - top, COLOURS[0], x, top + 24, hours[i]));
    }
    svg.append(line("ideal", LEFT, y, LEFT + WIDTH, y));
    title(svg, RIGHT_HALF, "Calls an image takes", "when everyone is throttled, logarithmic");
    axis(svg, RIGHT_HALF, workers, new double[] {1, 10, 100}, Plot::log, "%.0f");
    int colour = 0;
    for (Map.Entry<String, double[]> policy : calls.entrySet()) {
      StringBuilder points = new StringBuilder();
      for (int i = 0; i < workers.length; i++) {
        points.append(
            String.format(
                Locale.ROOT, "%.1f,%.1f ", x(RIGHT_HALF, i, workers.length), y(log(policy.getValue()[i]))));
      }
      svg.append(
          String.format(
              Locale.ROOT,
              "<polyline points='%s' fill='none' stroke='%s' stroke-width='%s' stroke-linejoin='round'/>%n",
              points.toString().strip(), COLOURS[colour], colour == 0 ? "3.5" : "2"));
      int labelY = 340 + 18 * (colour / 2);
      int labelX = RIGHT_HALF + 150 * (colour % 2);
      svg.append(
          String.format(
              Locale.ROOT,
              "<rect x='%d' y='%d' width='14' height='4' rx='2' fill='%s'/><text x='%d' y='%d'>%s</text>%n",
              labelX, labelY - 6, COLOURS[colour], labelX + 20, labelY, policy.getKey()));
      colour++;
    }
    return svg.append("</svg>\n").toString();
  }

  private interface Axis {
    double of(double value);
  }

  private static double log(double value) {
    return Math.log10(value) / 2.4;
  }

  private static void title(StringBuilder svg, int left, String title, String subtitle) {
    svg.append(
        String.format(
            "<text class='title' x='%d' y='24'>%s</text>%n<text x='%d' y='42'>%s</text>%n",
            left, title, left, subtitle));
  }

  private static void axis(
      StringBuilder svg, int left, int[][] workers, double[] ticks, Axis scale, String format) {
    for (double tick : ticks) {
      double y = y(scale.of(tick));
      svg.append(line("grid", left, y, left + WIDTH, y));
      svg.append(
          String.format(
              Locale.ROOT, "<text x='%d' y='%.1f' text-anchor='end'>" + format + "</text>%n", left - 8, y + 4, tick));
    }
    for (int i = 0; i < workers.length; i++) {
      svg.append(
          String.format(
              Locale.ROOT,
              "<text x='%.1f' y='%d' text-anchor='middle'>%,d</text>%n",
              x(left, i, workers.length), TOP + HEIGHT + 18, workers[i][0]));
    }
    svg.append(
        String.format(
            "<text x='%d' y='%d' text-anchor='middle'>workers</text>%n", left + WIDTH / 2, TOP + HEIGHT + 36));
  }

  private static String line(String style, double x1, double y1, double x2, double y2) {
    return String.format(
        Locale.ROOT, "<line class='%s' x1='%.1f' y1='%.1f' x2='%.1f' y2='%.1f'/>%n", style, x1, y1, x2, y2);
  }

  private static double x(int left, int i, int count) {
    return left + WIDTH * (i + 0.5) / count;
  }

  private static double y(double share) {
    return TOP + HEIGHT * (1 - share);
  }
}
