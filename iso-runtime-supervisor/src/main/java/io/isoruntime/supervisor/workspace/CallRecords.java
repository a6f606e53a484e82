package io.isoruntime.supervisor.workspace;

import io.isoruntime.LedgerSummary;
import io.isoruntime.supervisor.ledger.LedgerChain;
import io.isoruntime.supervisor.ledger.LedgerEntries;
import io.isoruntime.supervisor.tools.CallRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * The ledger of an execution's tool calls, an entry and a file each: {@code 0001-add.json}.
 * Thread-safe.
 */
final class CallRecords {
  /** What all of them may take of the disk. */
  private static final long MAX_CALLS_BYTES = 64 * 1024 * 1024;

  /** What may wait for the disk as it came; beyond it is cut before. */
  private static final long MAX_HELD_BYTES = 1024 * 1024;

  private final Path directory;
  private final DiskQueue disk;
  private final LedgerEntries entries;
  private final LedgerChain chain; // of what is written in turn
  private final Consumer<LedgerChain.Link> written;
  private long callsBytes;
  private long heldBytes;
  private long refused;

  /**
   * Writes into this directory.
   *
   * @param written is told of each entry that is on the disk, in turn
   */
  CallRecords(
      Path directory, DiskQueue disk, LedgerEntries entries, Consumer<LedgerChain.Link> written) {
    this.directory = directory;
    this.disk = disk;
    this.entries = entries;
    this.chain = new LedgerChain(entries.executionId());
    this.written = written;
  }

  /** Has it written. The program waits for us: what takes time is the writer's. */
  void add(CallRecord record) {
    if (disk.failure() != null) {
      return;
    }
    boolean held;
    synchronized (this) {
      held = heldBytes + record.bytes() <= MAX_HELD_BYTES;
      heldBytes += held ? record.bytes() : 0;
    }
    if (held) {
      var unused = disk.later(() -> append(record.call().tool(), release(record)));
    } else { // rather than hold it, cut it to what is written
      byte[] body = body(record);
      String tool = record.call().tool();
      var unused = disk.later(() -> append(tool, body));
    }
  }

  /** Counts a call that was refused and gets no entry. */
  synchronized void addRefused() {
    refused++;
  }

  private byte[] release(CallRecord record) {
    byte[] body = body(record);
    synchronized (this) {
      heldBytes -= record.bytes();
    }
    return body;
  }

  private byte[] body(CallRecord record) {
    boolean full;
    synchronized (this) {
      full = callsBytes > MAX_CALLS_BYTES;
    }
    byte[] body = entries.body(record, full);
    synchronized (this) {
      callsBytes += body.length;
    }
    return body;
  }

  private void append(String tool, byte[] body) throws IOException {
    LedgerChain.Link link = chain.next(body);
    String name = LedgerChain.fileName(link.sequence(), tool);
    WorkspaceLayout.write(directory.resolve(name), link.bytes());
    chain.take(link);
    written.accept(link);
  }

  /** What the ledger comes to; when nothing waits to be written. */
  synchronized LedgerSummary summary() {
    return new LedgerSummary(chain.entries(), refused, chain.head());
  }
}
