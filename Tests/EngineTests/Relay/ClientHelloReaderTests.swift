import Model
import TestTraits
import Testing

@testable import Engine

/// A ClientHello with a server name, in as many records as wanted.
enum TestHello {
    static func bytes(serverName: String?, recordBytes: Int = 16_384, extra: [UInt8] = []) -> [UInt8] {
        func vector(_ bytes: [UInt8], _ width: Int = 2) -> [UInt8] {
            (0..<width).reversed().map { UInt8(bytes.count >> ($0 * 8) & 0xFF) } + bytes
        }
        var extensions: [UInt8] = [0x00, 0x17, 0x00, 0x00]
        if let serverName {
            extensions += [0, 0] + vector(vector([0] + vector(Array(serverName.utf8))))
        }
        extensions += extra
        let body =
            [3, 3] + [UInt8](repeating: 7, count: 32) + vector([], 1) + vector([0x13, 0x01]) + vector([0], 1)
            + vector(extensions)
        let message = [1] + vector(body, 3)
        return stride(from: 0, to: message.count, by: recordBytes).flatMap { start in
            [0x16, 3, 1] + vector(Array(message[start..<min(message.count, start + recordBytes)]))
        }
    }
}

/// The reader of server names: any cut, any number of records, and no name from what is damaged.
@Suite("ClientHello reader", .ownThreads)
struct ClientHelloReaderTests {
    private func read(_ bytes: [UInt8], pieces: Int) -> ClientHelloReader.Result {
        var reader = ClientHelloReader()
        for start in stride(from: 0, to: bytes.count, by: pieces) {
            let result = bytes[start..<min(bytes.count, start + pieces)].withUnsafeBytes { reader.read($0) }
            if result != .incomplete { return result }
        }
        return .incomplete
    }

    @Test("The name is found however the hello is cut", arguments: [1, 2, 7, 100_000], [1, 3, 50, 16_384])
    func pieces(pieces: Int, recordBytes: Int) {
        let hello = TestHello.bytes(serverName: "Api.Example.net", recordBytes: recordBytes)
        #expect(self.read(hello, pieces: pieces) == .hello(serverName: "api.example.net"))
        #expect(self.read(Array(hello.dropLast()), pieces: pieces) == .incomplete)
        let nameless = TestHello.bytes(serverName: nil, recordBytes: recordBytes)
        #expect(self.read(nameless, pieces: pieces) == .hello(serverName: nil))
    }

    @Test("What is damaged has no name")
    func damaged() {
        let twice = TestHello.bytes(
            serverName: "a.example",
            extra: [0, 0, 0, 8, 0, 6, 0, 0, 3] + Array("b.c".utf8)
        )
        #expect(self.read(twice, pieces: 9) == .damaged)
        #expect(self.read(TestHello.bytes(serverName: "a..example"), pieces: 9) == .damaged)
        #expect(self.read(TestHello.bytes(serverName: "*.example"), pieces: 9) == .damaged)
        #expect(self.read([0x16, 3, 1, 0, 0], pieces: 1) == .damaged)
        #expect(self.read([0x16, 3, 1, 0, 4, 1, 1, 0, 0], pieces: 1) == .damaged)
        #expect(self.read([0x16, 3, 1, 0, 1, 2], pieces: 1) == .damaged)
        #expect(self.read(Array("GET /".utf8), pieces: 1) == .notTLS)
    }

    /// Every change of one byte ends in some answer, and none reads past the end.
    @Test("No single wrong byte ends the process")
    func everyByte() {
        let hello = TestHello.bytes(serverName: "a.example")
        for index in hello.indices {
            for value in [0, 1, 0x7F, 0xFF] as [UInt8] where hello[index] != value {
                var wrong = hello
                wrong[index] = value
                let whole = self.read(wrong, pieces: wrong.count)
                #expect(whole == self.read(wrong, pieces: 1))
            }
        }
    }
}
