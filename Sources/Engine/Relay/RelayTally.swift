import Synchronization

/// How the bytes of relays went, in all workers together.
final class RelayTally: Sendable {
    private let spliced = Atomic<UInt64>(0)
    private let copied = Atomic<UInt64>(0)

    func countSpliced(_ bytes: Int) { self.spliced.wrappingAdd(UInt64(bytes), ordering: .relaxed) }
    func countCopied(_ bytes: Int) { self.copied.wrappingAdd(UInt64(bytes), ordering: .relaxed) }

    var splicedBytes: UInt64 { self.spliced.load(ordering: .relaxed) }
    var copiedBytes: UInt64 { self.copied.load(ordering: .relaxed) }
}
