import Model
import TestSupport
import TestTraits
import Testing

@testable import Engine

@Suite("Listening socket", .ownThreads)
struct ListeningSocketTests {
    /// SO_REUSEPORT would let two gates share a port without either knowing.
    @Test("An address that somebody listens on is refused by name")
    func inUse() throws {
        let target = try ScriptedTarget { _ in }
        let error = #expect(throws: OperatorError.self) { try ListeningSocket.checkIsFree(target.endpoint) }
        #expect(error?.code == .addressInUse)
        #expect(error?.message.contains("\(target.endpoint)") == true)
    }

    @Test("Even our own sharing sockets are noticed")
    func ours() throws {
        let socket = try ListeningSocket(Endpoint(address: .loopback, port: 0))
        socket.listen()
        #expect(throws: OperatorError.self) { try ListeningSocket.checkIsFree(socket.endpoint) }
        _ = try ListeningSocket(socket.endpoint)
    }

    @Test("An address of another machine is refused")
    func elsewhere() throws {
        let address = try #require(IPAddress("192.0.2.1"))
        let error = #expect(throws: OperatorError.self) {
            try ListeningSocket(Endpoint(address: address, port: 0))
        }
        #expect(error?.code == .addressUnavailable)
    }
}

@Suite("Socket address", .ownThreads)
struct SocketAddressTests {
    @Test(
        "An endpoint survives the kernel's form",
        arguments: [
            "127.0.0.1", "0.0.0.0", "255.255.255.255", "::1", "2001:db8::17",
        ]
    )
    func form(text: String) throws {
        let endpoint = Endpoint(address: try #require(IPAddress(text)), port: 51_544)
        #expect(SocketAddress(endpoint).endpoint == endpoint)
    }
}
