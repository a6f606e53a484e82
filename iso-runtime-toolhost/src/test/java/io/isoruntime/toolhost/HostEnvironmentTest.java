package io.isoruntime.toolhost;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Map;
import org.junit.jupiter.api.Test;

class HostEnvironmentTest {
  private final HostEnvironment environment =
      new HostEnvironment(
          Map.of("AWS_REGION", "eu", "AWS_KEY", "k", "AWSOME", "no", "NO_PROXY", "*", "X", "x"));

  @Test
  void namesAndBeginningsOfNamesArePassedOn() {
    environment.pass("AWS_*", "NO_PROXY", "NOT_SET");

    assertEquals(
        Map.of("AWS_REGION", "eu", "AWS_KEY", "k", "NO_PROXY", "*"), environment.variables());
  }

  @Test
  void whatIsSetCountsMoreIfItIsSetLater() {
    environment.pass("AWS_REGION");
    environment.set("AWS_REGION", "us");

    assertEquals(Map.of("AWS_REGION", "us"), environment.variables());
  }

  @Test
  void whatIsNoNameIsRefused() {
    for (String name : new String[] {"", "*", "A B", "A=B", "1A", "A*B", "-A"}) {
      assertThrows(IllegalArgumentException.class, () -> environment.pass(name), name);
      assertThrows(IllegalArgumentException.class, () -> environment.set(name, ""), name);
    }
    assertThrows(IllegalArgumentException.class, () -> environment.set("A", "a\0b"));
  }
}
