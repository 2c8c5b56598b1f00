import Glibc
import Model
import TestSupport
import TestTraits
import Testing

/// One process owns a state directory.
@Suite("A second gate is refused", .ownThreads)
struct ASecondGateIsRefusedTests {
    @Test("A second process on a state directory is told who has it, and the first goes on")
    func second() async throws {
        let files = try TemporaryDirectory()
        let state = files.file("state")
        let first = try await Program.serve(state)
        for command in [["serve"], ["demo", "--no-console"]] {
            let second = try await runTool(Program.path, command + ["--state", state])
            #expect(second.status == 1)
            #expect(second.standardOutput == "")
            #expect(second.standardError.hasPrefix("sekisho: StateDirectory"))
            #expect(second.standardError.contains(state))
        }
        let serve = try await Program.run("serve", "--state", state)
        #expect(serve.standardError.contains("process \(first.processID)"))
        #expect(try await Program.control(state).view().processID == first.processID)
        first.signal(SIGTERM)
        #expect(await first.status() == 0)
    }

    /// The lock is the kernel's, so nothing that a killed gate leaves behind is in the way.
    @Test("The next gate starts where one was killed")
    func afterKill() async throws {
        let files = try TemporaryDirectory()
        let state = files.file("state")
        let first = try await Program.serve(state)
        first.signal(SIGKILL)
        #expect(await first.status() == 128 + SIGKILL)
        let next = try await Program.serve(state)
        #expect(try await Program.control(state).view().processID == next.processID)
    }
}
