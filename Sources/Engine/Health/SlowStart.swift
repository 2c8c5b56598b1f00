/// The share of a target whose group lets new ones begin slowly (`elbv2-api` 6.3).
///
/// It grows in a straight line, from nothing when the target has become healthy to all of it at the end.
struct SlowStart {
    /// The beginning, for a target that did not begin slowly.
    static let none = Int64.min
    /// A whole share.
    static let whole: UInt64 = 1 << 16

    /// 0 where nobody begins slowly.
    let seconds: Int

    /// Of ``whole``.
    func share(since: Int64, now: Int64) -> UInt64 {
        guard self.isGrowing(since: since, now: now) else { return Self.whole }
        return UInt64(max(0, now - since)) * Self.whole / UInt64(self.seconds * 1_000)
    }

    func isGrowing(since: Int64, now: Int64) -> Bool {
        since != Self.none && now - since < Int64(self.seconds) * 1_000
    }
}
