/**
 * Two public subnets and no NAT gateway, which would cost more than the streamer itself: tasks have public addresses, and a
 * security group that lets nothing in. SST's own Vpc brings private subnets and a DNS zone that nobody would use.
 */
const vpc = new aws.ec2.Vpc(
  'Network',
  { cidrBlock: '10.0.0.0/16', enableDnsHostnames: true, enableDnsSupport: true },
  { retainOnDelete: false },
);

const gateway = new aws.ec2.InternetGateway('NetworkGateway', { vpcId: vpc.id });

const routes = new aws.ec2.RouteTable('NetworkRoutes', {
  vpcId: vpc.id,
  routes: [{ cidrBlock: '0.0.0.0/0', gatewayId: gateway.id }],
});

// Free of charge, and what goes to the lake stays off the internet.
new aws.ec2.VpcEndpoint('NetworkS3', {
  vpcId: vpc.id,
  serviceName: $interpolate`com.amazonaws.${aws.getRegionOutput().region}.s3`,
  vpcEndpointType: 'Gateway',
  routeTableIds: [routes.id],
});

const zones = aws.getAvailabilityZonesOutput({ state: 'available' }).names;

const subnets = [0, 1].map((index) => {
  const subnet = new aws.ec2.Subnet(
    `NetworkSubnet${index + 1}`,
    {
      vpcId: vpc.id,
      cidrBlock: `10.0.${index * 16}.0/20`,
      availabilityZone: zones.apply((names) => names[index % names.length] ?? ''),
      mapPublicIpOnLaunch: true,
    },
    { retainOnDelete: false },
  );
  new aws.ec2.RouteTableAssociation(`NetworkSubnet${index + 1}Routes`, {
    subnetId: subnet.id,
    routeTableId: routes.id,
  });
  return subnet.id;
});

const outwardOnly = new aws.ec2.SecurityGroup('NetworkOutwardOnly', {
  description: 'Everything out, nothing in',
  vpcId: vpc.id,
  ingress: [],
  egress: [{ protocol: '-1', fromPort: 0, toPort: 0, cidrBlocks: ['0.0.0.0/0'] }],
});

/** Where all containers run. */
export const cluster = new sst.aws.Cluster('Cluster', {
  vpc: { id: vpc.id, securityGroups: [outwardOnly.id], containerSubnets: subnets, loadBalancerSubnets: [] },
});
