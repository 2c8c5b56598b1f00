/// Whether a frame is to be drawn, and when: what has happened since the last one, at the terminal's pace.
struct FrameSchedule: Hashable, Sendable {
    private(set) var pacing: Pacing
    /// Something may look different since the last frame; and whether a key is waiting for its answer.
    private var isDirty = true
    private var isKeyWaiting = true

    init(_ pacing: Pacing) { self.pacing = pacing }

    /// When the next frame may be drawn; nil while there is nothing new to draw.
    var due: Int64? { self.isDirty ? self.pacing.due(isKey: self.isKeyWaiting) : nil }

    /// Something has happened that may look different.
    mutating func noteNews() { self.isDirty = true }

    /// Somebody waits for what comes of it.
    mutating func noteKey() {
        self.isDirty = true
        self.isKeyWaiting = true
    }

    mutating func drew(at now: Int64, took milliseconds: Int64) {
        self.isDirty = false
        self.isKeyWaiting = false
        self.pacing.drew(at: now, took: milliseconds)
    }

    /// The terminal could not take a frame that was due.
    mutating func refused(at now: Int64) { self.pacing.refused(at: now) }
}
