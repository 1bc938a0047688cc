package dev.sdxlgen.request.model;

import dev.sdxlgen.SdxlGenException.InvalidRequest;
import dev.sdxlgen.request.GenerationRequest;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * What was asked of one model, asked of another.
 *
 * @param request as the other model takes it
 * @param dropped what was asked for and the other model has nothing of
 * @param params whether fields of {@code --param} were dropped: they were meant for the first model
 */
public record Translation(GenerationRequest request, Set<Parameter> dropped, boolean params) {

  /**
   * @throws InvalidRequest when the other model doesn't take a value of what is left
   */
  public static Translation of(GenerationRequest request, Model model) {
    if (model.equals(request.model())) {
      model.family().check(request);
      return new Translation(request, Set.of(), false);
    }
    GenerationRequest translated = request.withModel(model);
    Set<Parameter> dropped = EnumSet.noneOf(Parameter.class);
    for (Parameter parameter : Parameter.values()) {
      if (!model.family().takes().contains(parameter) && parameter.isIn(request)) {
        translated = parameter.leftOutOf(translated);
        dropped.add(parameter);
      }
    }
    model.family().check(translated);
    return new Translation(translated, dropped, !request.params().isEmpty());
  }

  /** What was dropped as a message goes on with it: {@code , without --sampler}; mostly empty. */
  public String without() {
    String names = droppedNames();
    return names.isEmpty() ? "" : ", without " + names;
  }

  /** What was dropped, as a message names it; empty when nothing was. */
  public String droppedNames() {
    List<String> names = new ArrayList<>();
    for (Parameter parameter : dropped) {
      names.add(parameter == Parameter.WEIGHTS ? "the weights" : parameter.option());
    }
    if (params) {
      names.add("--param");
    }
    return String.join(", ", names);
  }
}
