import TestTraits
import Testing

@testable import Engine

@Suite("Timer wheel", .ownThreads)
struct TimerWheelTests {
    private let token = PollToken(.client, slot: 3, generation: 9)

    private func due(_ wheel: inout TimerWheel, at now: Int64) -> [PollToken] {
        var due: [PollToken] = []
        wheel.advance(now: now, into: &due)
        return due
    }

    @Test(
        "An entry comes up once, not before its deadline, at most two ticks after",
        arguments: [
            1, 63, 64, 65, 1_000, 60_000, 130_000,
        ]
    )
    func once(delay: Int64) {
        var wheel = TimerWheel(now: 1_000_000)
        let at = wheel.schedule(self.token, at: 1_000_000 + delay)
        #expect(at >= 1_000_000 + delay)
        #expect(at < 1_000_000 + delay + 2 * TimerWheel.tickMilliseconds)
        #expect(self.due(&wheel, at: at - TimerWheel.tickMilliseconds) == [])
        #expect(self.due(&wheel, at: at) == [self.token])
        #expect(self.due(&wheel, at: at + 1_000_000) == [])
        #expect(wheel.isEmpty)
    }

    @Test("A deadline beyond the horizon comes up early, to be scheduled again")
    func horizon() {
        var wheel = TimerWheel(now: 0)
        let at = wheel.schedule(self.token, at: 10_000_000)
        #expect(at < 140_000)
        #expect(self.due(&wheel, at: at) == [self.token])
    }

    @Test("The delay is the time to the next entry, and nil without one")
    func delay() throws {
        var wheel = TimerWheel(now: 0)
        #expect(wheel.delay(now: 0) == nil)
        let at = wheel.schedule(self.token, at: 5_000)
        #expect(wheel.delay(now: 1_000) == at - 1_000)
        #expect(wheel.delay(now: 9_000) == 0)
    }

    @Test("A long sleep loses no entry")
    func sleep() {
        var wheel = TimerWheel(now: 0)
        let tokens = (0..<200).map { PollToken(.client, slot: $0, generation: 1) }
        for (index, token) in tokens.enumerated() { _ = wheel.schedule(token, at: Int64(index) * 500) }
        #expect(Set(self.due(&wheel, at: 50_000_000)) == Set(tokens))
    }
}

@Suite("Poll token", .ownThreads)
struct PollTokenTests {
    @Test(
        "Kind, slot and generation survive the packing",
        arguments: [
            PollToken.Kind.client, .target, .listener, .wakeup, .relay, .relayTarget,
        ]
    )
    func packing(kind: PollToken.Kind) {
        let most = (0xFFFF_FFFF, PollToken.generationMask)
        for (slot, generation) in [(0, 0), (1, 1), most, (70_000, 12)] {
            let token = PollToken(bits: PollToken(kind, slot: slot, generation: generation).bits)
            #expect(token.kind == kind)
            #expect(token.slot == slot)
            #expect(token.generation == generation)
        }
    }
}

@Suite("Slab", .ownThreads)
struct SlabTests {
    private final class Element {}

    /// An event that was queued for a closed connection must not reach the one that has its slot now.
    @Test("A slot's next occupant is not found under the last one's token")
    func generations() {
        var slab = Slab<Element>()
        let (slot, generation) = slab.reserve()
        let first = PollToken(.client, slot: slot, generation: generation)
        slab.set(Element(), at: slot)
        #expect(slab[first] != nil)
        slab.remove(slot)
        #expect(slab[first] == nil)
        let (again, newer) = slab.reserve()
        slab.set(Element(), at: again)
        #expect(again == slot)
        #expect(slab[first] == nil)
        #expect(slab[PollToken(.client, slot: again, generation: newer)] != nil)
        #expect(slab.count == 1)
    }

    @Test("A token that was never given out finds nothing")
    func unknown() {
        #expect(Slab<Element>()[PollToken(.client, slot: 5, generation: 1)] == nil)
    }
}
