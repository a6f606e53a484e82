package io.isoruntime.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import org.junit.jupiter.api.Test;

class TerminalTextTest {
  @Test
  void leavesOrdinaryTextAsItIs() {
    String text = "naïve 数据 😀 \\ 'quoted'";
    assertSame(text, TerminalText.line(text));
  }

  @Test
  void escapesWhatCouldMoveTheCursorOrForgeALine() {
    assertEquals(
        "a\\x1b[2Jb\\x07\\x00\\x7f\\x9b5m\\r\\n\\t",
        TerminalText.line("a\033[2Jb\007\0\177\u009b5m\r\n\t"));
  }

  @Test
  void escapesWhatReordersOrBreaksText() {
    assertEquals(
        "\\u202egpj.exe\\u2028\\ufeff\\U000e0001",
        TerminalText.line("\u202egpj.exe\u2028\ufeff\udb40\udc01"));
  }

  @Test
  void escapesHalfACharacter() {
    assertEquals("x\\ud83d", TerminalText.line("x\ud83d"));
  }

  @Test
  void keepsNewlinesAndTabsOfOutputButNotCarriageReturns() {
    assertEquals("a\n\tb\\r\\x1b", TerminalText.lines("a\n\tb\r\033"));
  }

  @Test
  void shortensWithoutCuttingACharacter() {
    assertEquals("abc", TerminalText.shorten("abc", 3));
    assertEquals("ab…", TerminalText.shorten("abcd", 3));
    assertEquals("a…", TerminalText.shorten("a😀cd", 3));
  }
}
