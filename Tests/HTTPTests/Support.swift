import HTTP
import Model

/// A head with its bytes, parsed; what every test of heads starts from.
struct ParsedRequest {
    let bytes: [UInt8]
    let head = RequestHead()
    let result: HeadResult

    init(_ text: String, attributes: LoadBalancerAttributes = .standard) {
        self.init(Array(text.utf8), attributes: attributes)
    }

    init(_ bytes: [UInt8], attributes: LoadBalancerAttributes = .standard) {
        let head = self.head
        self.bytes = bytes
        self.result = bytes.withUnsafeBytes { head.parse($0, attributes: attributes) }
    }

    /// 0 for a head that is fine.
    var refusedStatus: Int {
        guard case .refused(let refusal) = self.result else { return 0 }
        return refusal.status
    }

    func forwarded(
        client: String = "198.51.100.23",
        port: UInt16 = 443,
        isTLS: Bool = true,
        identity: String = "",
        defaultHost: String = ""
    ) -> String {
        let out = ByteBuffer(capacity: 16)
        let (client, identity, defaultHost) = (
            Array(client.utf8), Array(identity.utf8), Array(defaultHost.utf8)
        )
        self.bytes.withUnsafeBytes { bytes in
            client.withUnsafeBytes { client in
                identity.withUnsafeBytes { identity in
                    defaultHost.withUnsafeBytes { defaultHost in
                        let facts = ForwardingFacts(
                            clientAddress: client,
                            listenerPort: port,
                            isTLS: isTLS,
                            identityHeaders: identity,
                            traceSeed: TraceSeed(
                                seconds: 0x695B_8648,
                                high: 0x5F84_E1C2,
                                low: 0xA7D3_940B_6E21_F0C8
                            ),
                            defaultHost: defaultHost
                        )
                        self.head.writeForwarded(bytes, to: out, facts: facts)
                    }
                }
            }
        }
        return out.text
    }

    /// The forwarded header lines without the request line and the empty line.
    func forwardedLines(port: UInt16 = 443) -> [String] {
        lines(of: self.forwarded(port: port)).dropFirst().dropLast(2)
    }
}

struct ParsedResponse {
    let bytes: [UInt8]
    let head = ResponseHead()
    let result: HeadResult

    init(_ text: String, isResponseToHead: Bool = false) {
        self.init(Array(text.utf8), isResponseToHead: isResponseToHead)
    }

    init(_ bytes: [UInt8], isResponseToHead: Bool = false) {
        let head = self.head
        self.bytes = bytes
        self.result = bytes.withUnsafeBytes { head.parse($0, isResponseToHead: isResponseToHead) }
    }

    var refusedStatus: Int {
        guard case .refused(let refusal) = self.result else { return 0 }
        return refusal.status
    }

    func forwarded(framing: BodyFraming? = nil, minor: UInt8 = 1, closes: Bool = false) -> String {
        let out = ByteBuffer(capacity: 16)
        self.bytes.withUnsafeBytes {
            self.head.writeForwarded(
                $0,
                to: out,
                framing: framing ?? self.head.framing,
                clientMinorVersion: minor,
                closes: closes
            )
        }
        return out.text
    }
}

/// Splits at CRLF and nowhere else: to Swift, CRLF is one character.
func lines(of text: String) -> [String] {
    text.split(separator: "\r\n", omittingEmptySubsequences: false).map(String.init)
}

extension ByteBuffer {
    var text: String { String(decoding: self.bytes, as: UTF8.self) }
}

/// Deterministic randomness (SplitMix64): a failing seed fails again.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        self.state = seed
    }

    mutating func next() -> UInt64 {
        self.state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = self.state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
