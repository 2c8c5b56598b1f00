import Model

/// What the attributes of a load balancer may be.
enum AttributeChecks {
    static func check(_ balancer: DesiredLoadBalancer, path: String) throws(OperatorError) {
        let field = "\(path).attributes"
        guard balancer.type == .application || balancer.attributes.withoutRelayed == .standard else {
            throw OperatorError(
                .invalidConfigurationRequest,
                subject: field,
                message: "Load balancer \(balancer.name) is a network load balancer, of which only "
                    + LoadBalancerAttributes.ofNetworkLoadBalancers.joined(separator: ", ")
                    + " can be set.",
                hint: "Remove the others, or make the type application."
            )
        }
        guard balancer.type == .application || balancer.logs == .none else {
            throw OperatorError(
                .invalidConfigurationRequest,
                subject: field,
                message:
                    "Load balancer \(balancer.name) is a network load balancer, whose connections are only "
                    + "in the gate's own log.",
                hint: "Remove its \(LoadBalancerLogs.accessKey) and \(LoadBalancerLogs.connectionKey) "
                    + "attributes, or make the type application."
            )
        }
        do {
            try balancer.attributes.check()
            try balancer.logs.check()
        } catch {
            throw error.about("\(field).\(error.subject)")
        }
    }
}
