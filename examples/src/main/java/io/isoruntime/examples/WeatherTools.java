package io.isoruntime.examples;

import io.isoruntime.Tool;
import io.isoruntime.ToolException;
import io.isoruntime.ToolHint;
import io.isoruntime.ToolRegistry;
import io.isoruntime.ToolRegistryProvider;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;

/** What a weather service lends to programs: stations, day lengths, units. */
public final class WeatherTools implements ToolRegistryProvider {
  private static final Map<String, Station> STATIONS =
      Map.of(
          "seattle",
          new Station("USW00024233", "Seattle-Tacoma Airport", 47.4444, -122.3139),
          "new york",
          new Station("USW00094789", "JFK Airport", 40.6386, -73.7622));

  private static final Map<String, DoubleUnaryOperator> CONVERSIONS =
      Map.of(
          "celsius to fahrenheit", celsius -> celsius * 9 / 5 + 32,
          "fahrenheit to celsius", fahrenheit -> (fahrenheit - 32) * 5 / 9,
          "mm to inch", mm -> mm / 25.4,
          "inch to mm", inch -> inch * 25.4);

  /** For {@link java.util.ServiceLoader}. */
  public WeatherTools() {}

  /** Arguments of {@code stations.lookup}. */
  public record StationQuery(String city) {}

  /** A weather station. */
  public record Station(String id, String name, double latitude, double longitude) {}

  /** Arguments of {@code sun.daylight}; dates such as {@code 2012-06-21}. */
  public record DaylightQuery(double latitude, List<String> dates) {}

  /** Arguments of {@code units.convert}. */
  public record Conversion(List<Double> values, String unit, String into) {}

  @Override
  public ToolRegistry tools() {
    return ToolRegistry.of(
        Tool.of("stations.lookup", StationQuery.class, Station.class, WeatherTools::lookup)
            .describedAs("The weather station of a city.")
            .hinted(ToolHint.READ_ONLY),
        Tool.of("sun.daylight", DaylightQuery.class, double[].class, WeatherTools::daylight)
            .describedAs("Hours between sunrise and sunset at a latitude, for each date.")
            .hinted(ToolHint.READ_ONLY),
        Tool.of("units.convert", Conversion.class, double[].class, WeatherTools::convert)
            .describedAs("Converts values between celsius and fahrenheit, or mm and inch.")
            .hinted(ToolHint.READ_ONLY));
  }

  static Station lookup(StationQuery query) {
    Station station = STATIONS.get(query.city().toLowerCase(java.util.Locale.ROOT));
    if (station == null) {
      throw new ToolException("NO_STATION", "No station in '" + query.city() + "'.", false);
    }
    return station;
  }

  static double[] daylight(DaylightQuery query) {
    if (Math.abs(query.latitude()) > 90) {
      throw new ToolException("NO_LATITUDE", query.latitude() + " is no latitude.", false);
    }
    return query.dates().stream()
        .mapToDouble(date -> hoursOfSun(query.latitude(), dayOfYear(date)))
        .toArray();
  }

  private static int dayOfYear(String date) {
    try {
      return LocalDate.parse(date).getDayOfYear();
    } catch (DateTimeParseException e) {
      throw new ToolException("NO_DATE", "'" + date + "' is not like 2012-06-21.", false);
    }
  }

  /** The model of Forsythe and others, 1995 (CBM), with sunrise at the upper limb, refracted. */
  private static double hoursOfSun(double latitude, int day) {
    double revolution = 0.2163108 + 2 * Math.atan(0.9671396 * Math.tan(0.00860 * (day - 186)));
    double declination = Math.asin(0.39795 * Math.cos(revolution));
    double phi = Math.toRadians(latitude);
    double cosine =
        (Math.sin(Math.toRadians(0.8333)) + Math.sin(phi) * Math.sin(declination))
            / (Math.cos(phi) * Math.cos(declination));
    return 24 - 24 / Math.PI * Math.acos(Math.max(-1, Math.min(1, cosine)));
  }

  static double[] convert(Conversion conversion) {
    String name = conversion.unit() + " to " + conversion.into();
    DoubleUnaryOperator formula = CONVERSIONS.get(name);
    if (formula == null) {
      throw new ToolException(
          "NO_CONVERSION",
          "No conversion '" + name + "'; there are " + CONVERSIONS.keySet() + ".",
          false);
    }
    return conversion.values().stream().mapToDouble(formula::applyAsDouble).toArray();
  }
}
