package dev.sdxlgen.artifact.recipe;

import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import javax.xml.namespace.QName;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * An image's XMP packet (ISO 16684-1): which program made it and when, and that a model did (IPTC
 * photo metadata standard, Digital Source Type).
 */
final class Xmp {

  private static final String NAMESPACE = "https://sdxlgen.dev/ns/1.0/";
  private static final String RECIPE = "Recipe";
  private static final String TRAINED_ALGORITHMIC_MEDIA =
      "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia";

  private Xmp() {}

  /**
   * The packet.
   *
   * @param whole whether the recipe's JSON is in it, for formats that have no better place
   */
  static String packet(Recipe recipe, boolean whole) {
    var xml = new StringBuilder(768);
    xml.append("<?xpacket begin=\"\uFEFF\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n");
    xml.append("<x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\n");
    xml.append("<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\n");
    xml.append("<rdf:Description rdf:about=\"\"\n");
    xml.append(" xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\"\n");
    xml.append(" xmlns:Iptc4xmpExt=\"http://iptc.org/std/Iptc4xmpExt/2008-02-29/\"\n");
    if (whole) {
      xml.append(" xmlns:sdxlgen=\"").append(NAMESPACE).append("\"\n");
    }
    xml.append(" xmp:CreatorTool=\"sdxl-gen ");
    appendEscaped(xml, recipe.toolVersion());
    xml.append("\"\n xmp:CreateDate=\"").append(recipe.timestamp());
    xml.append("\"\n Iptc4xmpExt:DigitalSourceType=\"").append(TRAINED_ALGORITHMIC_MEDIA);
    if (whole) {
      xml.append("\">\n<sdxlgen:").append(RECIPE).append('>');
      appendEscaped(xml, new String(recipe.toJson(), StandardCharsets.UTF_8));
      xml.append("</sdxlgen:").append(RECIPE).append(">\n</rdf:Description>\n");
    } else {
      xml.append("\"/>\n");
    }
    return xml.append("</rdf:RDF>\n</x:xmpmeta>\n<?xpacket end=\"w\"?>").toString();
  }

  private static void appendEscaped(StringBuilder xml, String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '&' -> xml.append("&amp;");
        case '<' -> xml.append("&lt;");
        case '>' -> xml.append("&gt;");
        case '"' -> xml.append("&quot;");
        // XML has no way to say these; in JSON they stand within a string.
        case '\uFFFE' -> xml.append("\\uFFFE");
        case '\uFFFF' -> xml.append("\\uFFFF");
        default -> xml.append(c);
      }
    }
  }

  /** The recipe's JSON; null when the packet holds none, or isn't XML. */
  static byte[] recipe(String packet) {
    String json = Reader.recipe(packet);
    return json == null ? null : json.getBytes(StandardCharsets.UTF_8);
  }

  /** Apart, so that no XML parser is loaded where one only writes. */
  private static final class Reader {

    private static final QName NAME = new QName(NAMESPACE, RECIPE);

    /** As we write it, or as an attribute: other programs that change a packet may rewrite it. */
    static String recipe(String packet) {
      XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
      factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
      factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
      try {
        XMLStreamReader xml = factory.createXMLStreamReader(new StringReader(packet));
        while (xml.hasNext()) {
          if (xml.next() == XMLStreamReader.START_ELEMENT) {
            String attribute = xml.getAttributeValue(NAMESPACE, RECIPE);
            if (attribute != null) {
              return attribute;
            }
            if (xml.getName().equals(NAME)) {
              return xml.getElementText();
            }
          }
        }
      } catch (XMLStreamException e) {
        // Not XML: no packet of ours.
      }
      return null;
    }
  }
}
