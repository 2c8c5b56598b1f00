/// When the next frame may be drawn.
///
/// Keys are answered at once. Data is drawn at most ten times a second or as set, and less often on a link
/// that takes its time, so that frames never queue up: each one shows what is true when it is drawn.
struct Pacing: Hashable, Sendable {
    /// Between two frames of data on a good link.
    let fastestMilliseconds: Int64
    static let slowestMilliseconds: Int64 = 1_000
    /// A frame that takes longer to write makes the next ones rarer.
    static let slowFrameMilliseconds: Int64 = 50
    /// Good frames until the rate goes up again.
    static let goodFrames = 10

    private(set) var intervalMilliseconds: Int64
    private var good = 0
    private var lastFrame = Int64.min / 2

    /// For so many frames of data a second; keys do not wait.
    init(hertz: Int = 10) {
        self.fastestMilliseconds = 1_000 / Int64(max(1, hertz))
        self.intervalMilliseconds = self.fastestMilliseconds
    }

    var isSlow: Bool { self.intervalMilliseconds > self.fastestMilliseconds }

    /// When a frame may be drawn.
    func due(isKey: Bool) -> Int64 {
        isKey && !self.isSlow ? self.lastFrame : self.lastFrame + self.intervalMilliseconds
    }

    mutating func drew(at now: Int64, took milliseconds: Int64) {
        self.lastFrame = now
        if milliseconds > Self.slowFrameMilliseconds {
            self.slowDown()
        } else {
            self.good += 1
            guard self.isSlow, self.good >= Self.goodFrames else { return }
            self.good = 0
            self.intervalMilliseconds = max(self.fastestMilliseconds, self.intervalMilliseconds / 2)
        }
    }

    /// The terminal could not take a frame that was due.
    mutating func refused(at now: Int64) {
        self.lastFrame = now
        self.slowDown()
    }

    private mutating func slowDown() {
        self.good = 0
        self.intervalMilliseconds = min(Self.slowestMilliseconds, self.intervalMilliseconds * 2)
    }
}
