package io.isoruntime.conformance;

/** A subject does not offer what a case needs; the case is then left out, for this reason. */
public final class NotOffered extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Says what is not offered. */
  public NotOffered(String reason) {
    super(reason);
  }
}
