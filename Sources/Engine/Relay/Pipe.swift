import CLinux
import Glibc
import Model

/// A pipe that bytes pass through on their way from one socket to another, without being copied.
final class Pipe {
    private let input: Int32
    private let output: Int32
    /// Bytes in it.
    private(set) var count = 0

    /// What the kernel gives every pipe; more would be counted against the user (`pipe(7)`).
    static let capacity = 65_536

    /// nil when there are no descriptors left.
    init?() {
        var ends: (Int32, Int32) = (-1, -1)
        let result = withUnsafeMutablePointer(to: &ends) {
            $0.withMemoryRebound(to: Int32.self, capacity: 2) { clinux_pipe($0) }
        }
        guard result == 0 else { return nil }
        self.output = ends.0
        self.input = ends.1
    }

    deinit {
        close(self.input)
        close(self.output)
    }

    /// Moves what a socket holds into this pipe, which must be empty: then "drained" is about the socket.
    func fill(from source: Int32) -> Socket.ReadResult {
        while true {
            let moved = clinux_splice(source, self.input, Self.capacity)
            if moved > 0 {
                self.count += moved
                return .bytes(moved)
            }
            if moved == 0 { return .end }
            switch errno {
            case EINTR: continue
            case EAGAIN: return .drained
            default: return .failed
            }
        }
    }

    /// Bytes a socket took, 0 when it takes none now, nil when it is broken.
    ///
    /// A broken socket raises SIGPIPE, which workers block (``NativeThread``): splice(2) has no flag for it.
    func drain(into sink: Int32) -> Int? {
        while true {
            let moved = clinux_splice(self.output, sink, self.count)
            if moved >= 0 {
                self.count -= moved
                return moved
            }
            switch errno {
            case EINTR: continue
            case EAGAIN: return 0
            default: return nil
            }
        }
    }
}

/// The pipes of one worker: a relay has one only while bytes are stuck in it.
struct PipePool {
    /// Pipes kept for the next relay; one is in use at a time while nobody's bytes are stuck.
    private static let kept = 16

    private var idle: [Pipe] = []
    private var lent = 0
    private let limit: Int

    init(limit: Int) {
        self.limit = limit
    }

    /// nil when there are none: the caller copies instead.
    mutating func take() -> Pipe? {
        guard self.lent < self.limit, let pipe = self.idle.popLast() ?? Pipe() else {
            return nil
        }
        self.lent += 1
        return pipe
    }

    /// Takes a pipe back; one that still holds bytes is destroyed with them.
    mutating func giveBack(_ pipe: Pipe) {
        self.lent -= 1
        if pipe.count == 0, self.idle.count < Self.kept { self.idle.append(pipe) }
    }
}
